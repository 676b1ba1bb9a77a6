/** Key frames farther apart lie on two sides of a jump of the clock. */
const LONGEST_GOP_SECONDS = 60;

/** When pictures are shown that decode alone, gathered one by one. */
export class KeyTimes {
  #first: number | undefined;
  #last = NaN;
  #longest = 0;

  add(seconds: number): void {
    this.#first ??= seconds;
    const gop = seconds - this.#last;
    if (gop > 0 && gop < LONGEST_GOP_SECONDS)
      this.#longest = Math.max(this.#longest, gop);
    this.#last = seconds;
  }

  /** The first of them, and the longest time between two. */
  end(): { readonly firstKey?: number; readonly gopSeconds: number } {
    return {
      ...(this.#first !== undefined && { firstKey: this.#first }),
      gopSeconds: this.#longest,
    };
  }
}
