import {
  close,
  constants,
  createReadStream,
  fstat,
  open,
  type Stats,
} from "node:fs";
import { Socket } from "node:net";
import { addAbortSignal, type Readable } from "node:stream";
import { promisify } from "node:util";
import { throwIfAborted } from "../../errors.js";

/** A file that is being read. */
export interface OpenFile {
  readonly content: Readable;
  /** Its rights, told by the open file: no other can take its place in between. */
  readonly mode: number;
}

/**
 * Opens a file, or a pipe: whether somebody writes into that is not waited for in one
 * of Node's threads, where no signal could end it.
 *
 * @throws Error for folders and devices, which may have no end, and as Node's open does
 */
export async function openFile(path: string): Promise<OpenFile> {
  const fd = await promisify(open)(path, constants.O_RDONLY | NOT_WAITING);
  const stats = await promisify(fstat)(fd);
  const kind = refusedKind(stats);
  if (kind !== undefined) {
    await promisify(close)(fd);
    throw new Error(`it is a ${kind}`);
  }
  const content = stats.isFIFO()
    ? new Socket({ fd, readable: true, writable: false })
    : createReadStream(path, { fd });
  return { content, mode: stats.mode };
}

/** Windows has no such flag, and no pipes among its files. */
const NOT_WAITING = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

function refusedKind(stats: Stats): string | undefined {
  if (stats.isDirectory()) return "folder";
  return stats.isFile() || stats.isFIFO() ? undefined : "device";
}

/**
 * All that comes, as long as it is not much. What is left is not read.
 *
 * @returns undefined when there are more bytes than `most`
 * @throws PackError `aborted`, and what the source fails with
 */
export async function readFew(
  source: Readable,
  most: number,
  signal: AbortSignal | undefined,
): Promise<Buffer | undefined> {
  if (signal !== undefined) addAbortSignal(signal, source);
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of source as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size > most) return undefined;
    }
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
  return Buffer.concat(parts);
}
