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
