import { once } from "node:events";
import { isatty } from "node:tty";
import {
  isLoopback,
  type LogFormat,
  type ServeHandle,
} from "../serve/options.js";
import { serve } from "../serve/serve.js";
import { openBrowser } from "./open-browser.js";
import { say, writeLine } from "./print.js";
import { takeHangup } from "./signals.js";

export interface ServeFlags {
  readonly port: number;
  readonly host: string;
  readonly workers: number;
  readonly allowDownload?: boolean;
  readonly trustProxy?: boolean;
  readonly anonymize?: boolean;
  readonly accessLog?: string;
  readonly logFormat: LogFormat;
  readonly previewKeys?: string;
  readonly insecureKeyFile?: boolean;
  readonly open?: boolean;
  readonly ffmpeg?: string;
  readonly json?: boolean;
}

/**
 * `mss-pack serve DIR`, until a signal ends it. A server that is told to end has
 * done its job: what is being sent is finished, and the exit code is 0.
 */
export async function serveCommand(
  folder: string,
  flags: ServeFlags,
  signal: AbortSignal,
): Promise<void> {
  const handle = await serve(folder, {
    ...flags,
    ...{ ffmpegPath: flags.ffmpeg, signal },
    onWarning: tell,
  });
  const hadTerminal = isatty(0);
  takeHangup(() => {
    // Its window was closed. nohup takes the terminal away before the start.
    if (hadTerminal && !isatty(0)) return false;
    handle.reopenLog();
    return true;
  });
  announce(folder, handle, flags);
  if (flags.open) openBrowser(handle.previewUrl ?? `${handle.url}/`, tell);
  try {
    if (!signal.aborted)
      await Promise.race([once(signal, "abort"), handle.failed]);
  } finally {
    await handle.close();
  }
}

function tell(sentence: string): void {
  say(`mss-pack: ${sentence}`);
}

function announce(
  folder: string,
  { url, previewUrl, port, packages }: ServeHandle,
  { host, json, accessLog }: ServeFlags,
): void {
  const { pid } = process;
  if (json)
    writeLine({
      ...{ type: "serving", url, host, port, folder, packages, pid },
      ...(previewUrl !== undefined && { previewUrl }),
    });
  const count = `${packages} ${packages === 1 ? "package" : "packages"}`;
  const home = previewUrl ?? `${url}/`;
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
  return `--host ${host} opens these packages to whoever reaches this machine.`;
}

const KEYS_GIVEN =
  "this address gives the keys of --preview-keys to whoever opens it on this machine: for a look at what was packaged, not for viewers.";
