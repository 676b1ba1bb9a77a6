import { readSync } from "node:fs";

/** What is read at once stays in the core's own cache until it is copied. */
const WINDOW_SIZE = 256 * 1024;

/**
 * A view of source files that moves forward. The pictures and the sound of a film lie
 * among one another in small pieces: one large read serves all of them.
 */
export class ReadWindow {
  /** Read as much as fits, because what follows will be wanted too; else no more than is asked for. */
  isDense = true;
  readonly #buffer = Buffer.allocUnsafeSlow(WINDOW_SIZE);
  #file = -1;
  #start = 0;
  #length = 0;

  /**
   * @returns the beginning of a range, as much as there is at hand, good until the
   * next call; less than `least` when the file ends before
   */
  read(file: number, offset: number, length: number, least = 1): Uint8Array {
    const from = offset - this.#start;
    if (file !== this.#file || from < 0 || from + least > this.#length) {
      this.#move(file, offset, length);
      return this.#buffer.subarray(0, Math.min(length, this.#length));
    }
    return this.#buffer.subarray(from, Math.min(from + length, this.#length));
  }

  #move(file: number, offset: number, length: number): void {
    const wanted = this.isDense ? WINDOW_SIZE : Math.min(length, WINDOW_SIZE);
    this.#length = readSync(file, this.#buffer, 0, wanted, offset);
    this.#file = file;
    this.#start = offset;
  }
}
