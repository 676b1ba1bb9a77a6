import { once } from "node:events";
import type { LogFormat, ServeHandle } from "../serve/options.js";
import { serve } from "../serve/serve.js";
import { writeLine } from "./json-reporter.js";
import { say } from "./line-reporter.js";
import { openBrowser } from "./open-browser.js";
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
    ffmpegPath: flags.ffmpeg,
    onTrouble: tell,
  });
  takeHangup(() => handle.reopenLog());
  announce(folder, handle, flags);
  if (flags.open) openBrowser(`${handle.url}/`, tell);
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
  { url, port, packages }: ServeHandle,
  { host, json, accessLog }: ServeFlags,
): void {
  const { pid } = process;
  if (json)
    writeLine({ type: "serving", url, host, port, folder, packages, pid });
  const count = `${packages} ${packages === 1 ? "package" : "packages"}`;
  if (process.stderr.isTTY) {
    const log = accessLog === undefined ? "" : `\n  log       ${accessLog}`;
    say(
      `Serving ${folder}, ${count}:\n  open      ${url}/${log}\n  end       Ctrl-C`,
    );
  } else say(`Serving ${count} of ${folder} at ${url}/`);
  if (!isLoopback(host))
    say(
      `  note: --host ${host} opens these packages to whoever reaches this machine.`,
    );
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}
