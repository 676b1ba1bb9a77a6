/** Gives each text a number, from 0. */
export class Numbers {
  readonly #known = new Map<string, number>();

  of(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const number = this.#known.size;
    this.#known.set(detached(text), number);
    return number;
  }
}

/** A part of a line holds the whole line in memory, in V8: this is the part alone. */
function detached(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
