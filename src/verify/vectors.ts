import type { Place } from "./finding.js";

/** Vectors that follow one another. */
interface Range {
  readonly first: bigint;
  last: bigint;
}

/** Other makers' may be random: so many ranges are compared, then no more are. */
const MOST_RANGES = 1_000_000;

/**
 * The initialization vectors of a package, under one key: none may come twice, or two
 * samples open one another. Ours follow one another, so a track is one range.
 */
export class Vectors {
  readonly #ranges: Range[] = [];
  #current: Range | undefined;
  #isFull = false;

  /** @param counter of 16 bytes, the vector in front */
  add(counter: Buffer): void {
    const vector = counter.readBigUInt64BE();
    const current = this.#current;
    if (current !== undefined && vector === current.last + 1n) {
      current.last = vector;
      return;
    }
    if (this.#ranges.length >= MOST_RANGES) this.#isFull = true;
    if (this.#isFull) return;
    this.#current = { first: vector, last: vector };
    this.#ranges.push(this.#current);
  }

  /** The next track: its vectors are a range of their own. */
  next(): void {
    this.#current = undefined;
  }

  /** Whether two ranges meet. */
  check(place: Place): void {
    const sorted = [...this.#ranges].sort((a, b) =>
      a.first < b.first ? -1 : a.first > b.first ? 1 : 0,
    );
    let last = -1n;
    for (const range of sorted) {
      if (range.first <= last) {
        place.fault("protection", TWICE);
        return;
      }
      last = range.last > last ? range.last : last;
    }
  }
}

const TWICE =
  "an initialization vector comes twice under one key: whoever has both samples can read them";
