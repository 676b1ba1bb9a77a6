import { cutEnd } from "./columns.js";
import { once } from "node:events";
import { isatty, type WriteStream } from "node:tty";
import {
  isLoopback,
  type LogFormat,
  type ServeHandle,
  type ServeOptions,
} from "../serve/options.js";
import { serve } from "../serve/serve.js";
import { openBrowser } from "./open-browser.js";
import { say, writeLine, takeHangup } from "./process.js";

export interface ServeFlags {
  readonly port: number;
  readonly host: string;
  readonly allowDownload?: boolean;
  readonly trustProxy?: boolean;
  readonly anonymize?: boolean;
  readonly accessLog?: string;
  readonly logFormat?: LogFormat;
  readonly previewKeys?: string;
  readonly insecureKeyFile?: boolean;
  readonly open?: boolean;
  readonly ffmpeg?: string;
  readonly json?: boolean;
}

/**
 * `mss-pack serve DIR`, until a signal ends it. A signal is the normal end: the server finishes
 * open responses, and the exit code is 0.
 */
export async function serveCommand(
  place: string,
  flags: ServeFlags,
  signal: AbortSignal,
): Promise<void> {
  const screen = new ScrollingScreen(process.stdout);
  const tell = (sentence: string) =>
    screen.around(() => say(`mss-pack: ${sentence}`));
  const handle = await serve(place, {
    ...flags,
    ...{ ffmpegPath: flags.ffmpeg, signal },
    ...logOf(flags, screen),
    onWarning: tell,
  });
  const hadTerminal = isatty(0);
  takeHangup(() => {
    // The server's window was closed. nohup removes the terminal before the start.
    if (hadTerminal && !isatty(0)) return false;
    handle.reopenLog();
    return true;
  });
  announce(place, handle, flags);
  const home = handle.previewUrl ?? handle.pageUrl;
  if (isForPeople(flags)) screen.keep(`${home}  (Ctrl-C ends)`);
  if (flags.open) openBrowser(home, tell);
  if (!signal.aborted) await once(signal, "abort");
  screen.keep("");
  await handle.close();
}

/** Is standard output a terminal, without a request for another kind of log? */
function isForPeople({ accessLog, logFormat, json }: ServeFlags): boolean {
  const isAsked = accessLog !== undefined || logFormat !== undefined || json;
  return process.stdout.isTTY && !isAsked;
}

function logOf(
  flags: ServeFlags,
  screen: ScrollingScreen,
): Pick<ServeOptions, "accessLog" | "logFormat"> {
  if (isForPeople(flags))
    return { accessLog: (lines) => screen.print(lines), logFormat: "short" };
  const { accessLog } = flags;
  return { accessLog: accessLog === "-" ? undefined : accessLog };
}

/** A terminal with lines that scroll above one fixed line. */
class ScrollingScreen {
  readonly #out: WriteStream;
  #kept = "";

  constructor(out: WriteStream) {
    this.#out = out;
  }

  /** Sets the fixed line; an empty one removes it. */
  keep(line: string): void {
    this.around(() => (this.#kept = line));
  }

  /** @param lines each with its end; a line that is too long is cut */
  print(lines: string): void {
    const { columns } = this.#out;
    const cut = lines
      .trimEnd()
      .split("\n")
      .map((line) => `${cutEnd(line, columns)}\n`);
    this.around(() => this.#out.write(cut.join("")));
  }

  /** Removes the fixed line during other output. */
  around(write: () => void): void {
    if (this.#kept !== "") this.#out.write(this.#erasing());
    write();
    this.#out.write(this.#kept);
  }

  /** A long line may take several rows. */
  #erasing(): string {
    const up = Math.ceil(this.#kept.length / this.#out.columns) - 1;
    return `\r${up > 0 ? `\x1b[${up}A` : ""}\x1b[J`;
  }
}

function announce(
  folder: string,
  { url, pageUrl, previewUrl, port, packages }: ServeHandle,
  { host, json, accessLog }: ServeFlags,
): void {
  const { pid } = process;
  if (json)
    writeLine({
      ...{ type: "serving", url, pageUrl, host, port, folder, packages, pid },
      ...(previewUrl !== undefined && { previewUrl }),
    });
  const count = `${packages} ${packages === 1 ? "package" : "packages"}`;
  const home = previewUrl ?? pageUrl;
  const log = accessLog === undefined ? [] : [`  log       ${accessLog}`];
  const lines = process.stderr.isTTY
    ? [`Serving ${folder}, ${count}:`, `  open      ${home}`, ...log]
    : [`Serving ${count} of ${folder} at ${home}`];
  if (process.stderr.isTTY) lines.push("  end       Ctrl-C");
  if (previewUrl !== undefined) lines.push(`  WARNING: ${KEYS_GIVEN}`);
  if (!isLoopback(host)) lines.push(`  note: ${openToAll(host)}`);
  say(lines.join("\n"));
}

function openToAll(host: string): string {
  return `--host ${host} opens these packages to everybody who reaches this machine.`;
}

const KEYS_GIVEN =
  "this address gives the keys of --preview-keys to every page and user of this machine that opens it: use it for a look at your package, not for viewers.";
