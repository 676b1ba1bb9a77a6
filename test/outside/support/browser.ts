import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { findProgram } from "../../support/programs.js";

/** The part of Playwright that these tests use: it is installed apart, and so are its types. */
export interface Browser {
  newPage(options?: PageOptions): Promise<Page>;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Pixels of the screen for one of CSS. */
  readonly deviceScaleFactor?: number;
  readonly colorScheme?: "light" | "dark";
  readonly reducedMotion?: "reduce" | "no-preference";
  readonly forcedColors?: "active" | "none";
  /** The first of the browser's languages. */
  readonly locale?: string;
}

export interface Page {
  readonly keyboard: { press(key: string): Promise<void> };
  goBack(): Promise<unknown>;
  goto(url: string): Promise<{ status(): number } | null>;
  evaluate(script: string): Promise<unknown>;
  addInitScript(script: { content: string }): Promise<void>;
  click(selector: string): Promise<void>;
  reload(): Promise<unknown>;
  check(selector: string): Promise<void>;
  focus(selector: string): Promise<void>;
  fill(selector: string, text: string): Promise<void>;
  hover(
    selector: string,
    options: { position: { x: number; y: number } },
  ): Promise<void>;
  selectOption(selector: string, value: { label: string }): Promise<unknown>;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  waitForFunction(
    script: string,
    argument: undefined,
    options: { timeout: number },
  ): Promise<unknown>;
  /** Answers what the page asks for there. */
  route(
    address: string,
    answer: (route: {
      abort(): Promise<void>;
      fulfill(reply: {
        readonly status: number;
        readonly contentType: string;
        readonly body: string;
      }): Promise<void>;
    }) => Promise<void>,
  ): Promise<void>;
  emulateMedia(media: { colorScheme: "light" | "dark" }): Promise<void>;
  on(event: "pageerror", listener: (error: Error) => void): void;
  on(event: "request", listener: (request: { url(): string }) => void): void;
  on(
    event: "console",
    listener: (message: { type(): string; text(): string }) => void,
  ): void;
  close(): Promise<void>;
}

interface LaunchOptions {
  readonly executablePath: string;
  readonly args: readonly string[];
}

/** A browser of which the processes are known. */
interface BrowserServer {
  process(): { readonly pid: number };
  wsEndpoint(): string;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: {
    launch(options: LaunchOptions): Promise<Browser>;
    launchServer(options: LaunchOptions): Promise<BrowserServer>;
    connect(address: string): Promise<Browser>;
  };
}

interface Esbuild {
  build(options: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** What comes from `npm ci --prefix test/outside/players`. */
export const PLAYERS = join(import.meta.dirname, "..", "players");

const require = createRequire(join(PLAYERS, "package.json"));

/** Any of these plays H.264 and AAC; Playwright's own Chromium does not. */
const chromium = await findProgram(
  ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
);

export async function missingForBrowser(): Promise<string[]> {
  const players = await access(join(PLAYERS, "node_modules")).then(
    () => [],
    () => ["test/outside/players/node_modules"],
  );
  return [...(chromium === undefined ? ["chromium"] : []), ...players];
}

const OPTIONS: LaunchOptions = {
  executablePath: chromium ?? "",
  args: [
    // Containers run as root and have no graphics card.
    ...["--no-sandbox", "--disable-gpu"],
    "--autoplay-policy=no-user-gesture-required",
    // Nothing but the page under test.
    ...["--no-first-run", "--disable-sync", "--disable-quic"],
    ...["--disable-background-networking", "--disable-component-update"],
  ],
};

export async function launchBrowser(): Promise<Browser> {
  return playwright().chromium.launch(OPTIONS);
}

/** The same, with the id of its first process. */
export async function launchBrowserWithPid(): Promise<{
  readonly browser: Browser;
  readonly pid: number;
  readonly close: () => Promise<void>;
}> {
  const { chromium } = playwright();
  const server = await chromium.launchServer(OPTIONS);
  const browser = await chromium.connect(server.wsEndpoint());
  return {
    browser,
    pid: server.process().pid,
    close: async () => server.close(),
  };
}

function playwright(): Playwright {
  return require("playwright-core") as Playwright;
}

/** rx-player comes as modules for bundlers; a browser needs one file. */
export async function bundleRxPlayer(): Promise<void> {
  const esbuild = require("esbuild") as Esbuild;
  await esbuild.build({
    stdin: {
      contents: 'export { default } from "rx-player";',
      resolveDir: PLAYERS,
    },
    bundle: true,
    format: "esm",
    outfile: join(PLAYERS, "node_modules", ".cache", "rx-player.js"),
  });
}
