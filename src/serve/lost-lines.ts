import { LIMITS } from "./limits.js";

const NEWLINE = 0x0a;

/** Counts lines that could not be written, and says so: at once, then no more than once a minute. */
export class LostLines {
  readonly #onTrouble: (sentence: string) => void;
  #count = 0;
  #why = "";
  /** Runs while nothing more is said: a full disk loses lines four times a second. */
  #quiet: NodeJS.Timeout | undefined;

  constructor(onTrouble: (sentence: string) => void) {
    this.#onTrouble = onTrouble;
  }

  /** @param why what the system says */
  add(lines: Uint8Array, why: string): void {
    for (const byte of lines) if (byte === NEWLINE) this.#count++;
    this.#why = why;
    if (this.#quiet !== undefined) return;
    this.tell();
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined;
      this.tell();
    }, LIMITS.tellLostMs);
    this.#quiet.unref();
  }

  /** Says how many, if any. */
  tell(): void {
    if (this.#count === 0) return;
    const what = this.#count === 1 ? "1 line" : `${this.#count} lines`;
    this.#onTrouble(`Lost of the access log: ${what} (${this.#why}).`);
    this.#count = 0;
  }
}
