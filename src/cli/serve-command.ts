import { once } from "node:events";
import { serve } from "../serve/serve.js";
import type { LogFormat, ServeHandle } from "../serve/options.js";
import { say } from "./line-reporter.js";
import { writeLine } from "./json-reporter.js";
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

/** `mss-pack serve DIR`: until a signal ends it. */
export async function serveCommand(
  folder: string,
  flags: ServeFlags,
  signal: AbortSignal,
): Promise<void> {
  const { ffmpeg, ...options } = flags;
  const handle = await serve(folder, {
    ...options,
    ffmpegPath: ffmpeg,
    onTrouble: (sentence) => say(`mss-pack: ${sentence}`),
  });
  takeHangup(() => handle.reopenLog());
  announce(folder, handle, flags);
  try {
    if (!signal.aborted)
      await Promise.race([once(signal, "abort"), handle.failed]);
  } finally {
    await handle.close();
  }
}

function announce(
  folder: string,
  { url, port, packages }: ServeHandle,
  { host, json }: ServeFlags,
): void {
  if (json)
    writeLine({
      type: "serving",
      url,
      host,
      port,
      folder,
      packages,
      pid: process.pid,
    });
  const count = `${packages} ${packages === 1 ? "package" : "packages"}`;
  say(`Serving ${count} of ${folder} at ${url}/ (Ctrl-C ends it)`);
}
