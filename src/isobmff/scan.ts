import { open, stat, type FileHandle } from "node:fs/promises";
import type { MediaSource } from "./fragment-folder.js";

/** Position of a top-level box in a file. */
export interface BoxSpan {
  readonly type: string;
  readonly start: number;
  readonly size: number;
  readonly headerSize: number;
}

/**
 * Walks the top-level boxes of a file by their headers alone: gigabytes of mdat cost one read
 * of 16 bytes. ISO/IEC 14496-12 4.2
 *
 * A box that claims more bytes than the file has, or fewer than its own header,
 * ends the walk: it is yielded with the size it claims, for the caller to judge.
 */
export async function* scanBoxes(
  file: MediaSource,
  fileSize: number,
): AsyncGenerator<BoxSpan> {
  let start = 0;
  while (start + 8 <= fileSize) {
    const span = await boxAtPosition(file, start, fileSize);
    yield span;
    if (span.size < span.headerSize) return;
    start += span.size;
  }
}

/**
 * Opens a regular file for reading. It checks the type first: opening a named pipe would wait
 * for a writer.
 *
 * @throws Error when the path cannot be opened or is no file
 */
export async function openFile(path: string): Promise<FileHandle> {
  if (!(await stat(path)).isFile()) throw new Error("it is not a file");
  return open(path, "r");
}

/** Reads `length` bytes at `position`; fewer at the end of the file. */
export async function readAt(
  file: MediaSource,
  position: number,
  length: number,
): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(
      buffer,
      filled,
      length - filled,
      position + filled,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** The box at a position, by its header. */
export async function boxAtPosition(
  file: MediaSource,
  start: number,
  fileSize: number,
): Promise<BoxSpan> {
  const header = await readAt(file, start, 16);
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const type = String.fromCharCode(...header.subarray(4, 8));
  const size = view.getUint32(0);
  if (size === 1 && header.length === 16) {
    return { type, start, size: Number(view.getBigUint64(8)), headerSize: 16 };
  }
  return {
    type,
    start,
    size: size === 0 ? fileSize - start : size,
    headerSize: 8,
  };
}
