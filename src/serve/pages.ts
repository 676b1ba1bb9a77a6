import { extname, join } from "node:path";
import { ERRORS, sendError } from "./error-answers.js";
import type { Exchange } from "./exchange.js";
import { isText } from "./gzip.js";
import { fileAt, sendFile, sendText } from "./send-file.js";
import type { OriginParts } from "./settings.js";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

/** Names of page files; none begins with a dot. */
const NAME = /^\/assets\/((?:[\w-][\w.-]*\/)*[\w-][\w.-]*)$/;

/** The page of packages, the player's page, and their files. All are built into one folder. */
export async function sendPage(
  exchange: Exchange,
  site: OriginParts,
  path: string,
): Promise<void> {
  const name = pageFile(path);
  const type = name === undefined ? undefined : TYPES[extname(name)];
  if (name === undefined || type === undefined) {
    await sendError(exchange, ERRORS.nothingHere);
    return;
  }
  if (
    (name === "play.html" || name === "watch.html") &&
    !(await isPackage(site, path))
  ) {
    await sendError(exchange, ERRORS.noPackageToPlay);
    return;
  }
  const file = await fileAt(join(site.pages, name));
  if (file === undefined) {
    const { notBuilt, noFile } = ERRORS;
    await sendError(exchange, name.endsWith(".html") ? notBuilt : noFile);
    return;
  }
  const headers = ["Content-Type", type, "Cache-Control", "no-cache"];
  const safe = ["X-Content-Type-Options", "nosniff"];
  const send = isText(type) ? sendText : sendFile;
  await send(exchange, site, file, [...headers, ...safe]);
}

/** The pages of a package, before its path. */
const PLAY = "/play/";
const WATCH = /^\/watch\/(?:dash|hls)\//;

async function isPackage(
  { catalogue }: OriginParts,
  path: string,
): Promise<boolean> {
  const below = path.replace(WATCH, PLAY).slice(PLAY.length);
  const loaded = catalogue.peek(below) ?? (await catalogue.get(below));
  return loaded !== undefined;
}

function pageFile(path: string): string | undefined {
  if (path === "/") return "index.html";
  if (path.startsWith(PLAY)) return "play.html";
  if (WATCH.test(path)) return "watch.html";
  if (path === "/favicon.ico") return "favicon.ico";
  return NAME.exec(path)?.[1];
}
