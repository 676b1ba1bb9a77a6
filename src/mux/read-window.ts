import { readSync } from "node:fs";
import type { ByteRange } from "./sample-ranges.js";

/** Pieces larger than this are read faster one by one. */
const SMALL_PIECE = 8 * 1024;

/** And so are pieces that lie far apart. */
const DENSE = 1 / 10;

/**
 * Small pieces of a file by way of one large read: asking the system for each of
 * the million samples of a small film takes longer than to copy all of it.
 */
export class ReadWindow {
  /** Fits into the core's own cache together with what is written. */
  static readonly size = 64 * 1024;
  readonly #buffer = Buffer.allocUnsafe(ReadWindow.size);
  #file = -1;
  #start = 0;
  #length = 0;

  /**
   * @param length at most `ReadWindow.size`
   * @returns the bytes, good until the next call; fewer when the file ends before
   */
  read(file: number, offset: number, length: number): Uint8Array {
    const isInside =
      file === this.#file &&
      offset >= this.#start &&
      offset + length <= this.#start + this.#length;
    if (!isInside) {
      this.#file = file;
      this.#start = offset;
      this.#length = readSync(file, this.#buffer, 0, ReadWindow.size, offset);
    }
    const from = offset - this.#start;
    return this.#buffer.subarray(from, Math.min(from + length, this.#length));
  }
}

/** Are these many small pieces, near to one another? */
export function isForWindow(ranges: readonly ByteRange[]): boolean {
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (first === undefined || last === undefined || ranges.length < 8)
    return false;
  const bytes = ranges.reduce((sum, { length }) => sum + length, 0);
  const span = last.offset + last.length - first.offset;
  return (
    bytes / ranges.length <= SMALL_PIECE && span > 0 && bytes / span >= DENSE
  );
}
