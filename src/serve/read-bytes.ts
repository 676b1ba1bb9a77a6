import { read, readSync } from "node:fs";
import { isAway, setPace, FileChanged, type OpenFile } from "./open-files.js";

/**
 * Fills a buffer from a file. Bytes are nearly always in the page cache and are read at once: to
 * hand them to another thread takes longer than to read them. After a slow read, other threads read
 * the file for a while, so a disk delays other clients only for a moment now and then.
 *
 * @throws FileChanged when the file ends too early
 */
export function readFully(
  file: OpenFile,
  buffer: Buffer,
  length: number,
  position: number,
): Promise<void> | undefined {
  const { pace } = file;
  if (isAway(pace)) return readElsewhere(file, buffer, length, position);
  const beganMs = performance.now();
  let filled = 0;
  while (filled < length) {
    const at = position + filled;
    const count = readSync(file.fd, buffer, filled, length - filled, at);
    if (count === 0) throw new FileChanged("cut off");
    filled += count;
  }
  setPace(pace, beganMs, performance.now());
  return undefined;
}

async function readElsewhere(
  { fd }: OpenFile,
  buffer: Buffer,
  length: number,
  position: number,
): Promise<void> {
  let filled = 0;
  while (filled < length) {
    const count = await readOnce(fd, buffer, filled, length, position);
    if (count === 0) throw new FileChanged("cut off");
    filled += count;
  }
}

/** The callback form: a FileHandle's read takes twice the time. */
async function readOnce(
  fd: number,
  buffer: Buffer,
  filled: number,
  length: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, filled, length - filled, position + filled, (error, n) =>
      error ? reject(error) : resolve(n),
    );
  });
}

/** Most fragments of two seconds at 1 Mbit/s fit into one. */
const LARGE = 320 * 1024;

/** The size that a client gets when the large ones are in use. */
const SMALL = 8 * 1024;

/** 10 MB a process: a reader that keeps up holds one for a moment. */
const MOST_LARGE = 32;

/** Small buffers that are kept for reuse; the garbage collector takes the others. */
const KEPT_SMALL = 256;

/**
 * Buffers between file and socket. A slow reader may hold one for long. When slow readers hold all
 * large ones, other readers get small ones at once: no reader waits for another, and the number of
 * connections bounds the memory.
 */
export class BufferPool {
  readonly #large: Buffer[] = [];
  readonly #small: Buffer[] = [];
  #inUse = 0;

  /** A buffer for at most so many bytes. It may be smaller; then the bytes go in several turns. */
  take(leastBytes: number): Buffer {
    if (leastBytes <= SMALL || this.#inUse >= MOST_LARGE)
      return this.#small.pop() ?? Buffer.allocUnsafeSlow(SMALL);
    this.#inUse++;
    return this.#large.pop() ?? Buffer.allocUnsafeSlow(LARGE);
  }

  /** Takes back a buffer that is not read from any more. */
  give(buffer: Buffer): void {
    if (buffer.length === LARGE) {
      this.#inUse--;
      this.#large.push(buffer);
    } else if (this.#small.length < KEPT_SMALL) this.#small.push(buffer);
  }

  /** A buffer that a socket may still read from, though its connection is gone. It is not used again. */
  lose(buffer: Buffer): void {
    if (buffer.length === LARGE) this.#inUse--;
  }
}
