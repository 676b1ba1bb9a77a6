/** Most fragments of two seconds at 1 Mbit/s fit into one. */
const LARGE = 320 * 1024;

/** What everybody gets when the large ones are in use. */
const SMALL = 8 * 1024;

/** 10 MB a process: a reader that keeps up holds one for a moment. */
const MOST_LARGE = 32;

/** Small ones that are kept for the next who needs one; more are left to the garbage collector. */
const KEPT_SMALL = 256;

/**
 * Buffers between file and socket. A slow reader holds one for as long as it
 * takes: when the large ones are all held, others get small ones, at once, so
 * that nobody waits for somebody else and memory stays bounded by the number of
 * connections.
 */
export class BufferPool {
  readonly #large: Buffer[] = [];
  readonly #small: Buffer[] = [];
  #inUse = 0;

  /** A buffer for at most so many bytes; it may be smaller, for the bytes to go in several turns. */
  take(wanted: number): Buffer {
    if (wanted <= SMALL || this.#inUse >= MOST_LARGE)
      return this.#small.pop() ?? Buffer.allocUnsafeSlow(SMALL);
    this.#inUse++;
    return this.#large.pop() ?? Buffer.allocUnsafeSlow(LARGE);
  }

  /** Takes a buffer back that nobody reads from any more. */
  give(buffer: Buffer): void {
    if (buffer.length === LARGE) {
      this.#inUse--;
      this.#large.push(buffer);
    } else if (this.#small.length < KEPT_SMALL) this.#small.push(buffer);
  }

  /** A buffer that a socket may still read from, though its connection is gone: it is not used again. */
  lose(buffer: Buffer): void {
    if (buffer.length === LARGE) this.#inUse--;
  }
}
