/** One fragment that was fetched to be played. */
export interface Fetch {
  /** When, in seconds since 1970. */
  readonly second: number;
  /** Index of the rung in its film. */
  readonly rung: number;
  /** Place of the fragment in its stream. */
  readonly place: number;
}

/** No fetch: the end of a list. */
export const NONE = 0;

const FIELDS = 4;
const FIRST_ROOM = 4096;

/**
 * The fetches of all open playbacks, 16 bytes each, in one array: a list for
 * each playback, the newest first. Lists that are taken out make room for others.
 */
export class FetchPool {
  /** Next of the list, second, rung, place. The first row stays empty. */
  #rows = new Uint32Array(FIRST_ROOM * FIELDS);
  #used = 1;
  #free = NONE;

  /** @returns the list with one more fetch in front */
  add(list: number, { second, rung, place }: Fetch): number {
    const row = this.#takeRow();
    this.#rows[row * FIELDS] = list;
    this.#rows[row * FIELDS + 1] = second;
    this.#rows[row * FIELDS + 2] = rung;
    this.#rows[row * FIELDS + 3] = place;
    return row;
  }

  /** The fetches of a list, which is no more after it. */
  take(list: number): Fetch[] {
    const fetches: Fetch[] = [];
    for (let row = list; row !== NONE;) {
      const at = row * FIELDS;
      const [next = NONE, second = 0, rung = 0, place = 0] =
        this.#rows.subarray(at, at + FIELDS);
      fetches.push({ second, rung, place });
      this.#rows[at] = this.#free;
      this.#free = row;
      row = next;
    }
    return fetches;
  }

  #takeRow(): number {
    if (this.#free !== NONE) {
      const row = this.#free;
      this.#free = this.#rows[row * FIELDS] ?? NONE;
      return row;
    }
    if ((this.#used + 1) * FIELDS > this.#rows.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const larger = new Uint32Array(Math.ceil(this.#rows.length * 1.5));
    larger.set(this.#rows);
    this.#rows = larger;
  }
}
