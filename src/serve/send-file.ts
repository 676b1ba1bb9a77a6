import { stat } from "node:fs/promises";
import type { Exchange } from "./exchange.js";
import { servedFile, type ServedFile } from "./open-files.js";
import type { HeaderLines } from "./reply.js";
import { sendPart } from "./send-part.js";
import type { Site } from "./settings.js";

/** Sends all of a file, or the range that was asked for. */
export async function sendFile(
  exchange: Exchange,
  { files, pool }: Site,
  file: ServedFile,
  headers: HeaderLines,
): Promise<void> {
  const open = await files.take(file);
  try {
    const etag = `"${file.identity}"`;
    const part = { file, begin: 0, size: file.size, etag, headers };
    await sendPart(exchange, part, { open, pool });
  } finally {
    files.release(open);
  }
}

/** A file as it is now; undefined when there is none. */
export async function fileAt(path: string): Promise<ServedFile | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() ? servedFile(path, stats) : undefined;
}
