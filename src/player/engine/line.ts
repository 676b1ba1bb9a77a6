const LATE_TIMER_MS = 50;

/**
 * A line with a certain rate, which all downloads of the page share as they
 * would share a real one: what is carried waits for its turn.
 */
export class Line {
  /** Bits per second; null is as fast as it goes. */
  rate: number | null = null;
  /** When it is free again, in ms of `performance.now()`. */
  #freeAt = 0;

  /** Bytes that go at once, at most 50 ms of the line: then two downloads alternate. */
  sliceBytes(): number {
    return Math.max(256, Math.floor(((this.rate ?? Infinity) / 8) * 0.05));
  }

  /** Waits until so many bytes have come through. */
  async carry(bytes: number): Promise<void> {
    if (this.rate === null) return;
    const now = performance.now();
    // Timers are late: what they lost is caught up, or the line would be slower than it says.
    const from = Math.max(now - LATE_TIMER_MS, this.#freeAt);
    this.#freeAt = from + (bytes * 8000) / this.rate;
    await new Promise((done) => setTimeout(done, this.#freeAt - now));
  }
}
