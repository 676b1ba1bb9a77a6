import { PackError } from "../errors.js";
import { at } from "../media/track.js";
import type { SubsampleTable } from "./protected-samples.js";

/** A slice shorter than this stays clear: nearly all of it would be its header. DECE 2.2; Bento4 does the same */
const SHORTEST_HIDDEN_UNIT = 112;

/** At least this much of a slice stays clear, so that players can read its header. */
const CLEAR_IN_UNIT = 96;

/** Protected runs are whole blocks of AES. ISO/IEC 23001-7 9.5.2 */
const BLOCK = 16;

/** A clear run has 16 bits. ISO/IEC 23001-7 7.2 */
const LONGEST_CLEAR = 0xffff;

/** saiz has a byte for the size of a sample's row: 8 of vector, 2 of count, 6 each. ISO/IEC 14496-12 8.7.8 */
const MOST_SUBSAMPLES = 40;

/** How many bytes at the end of a unit are protected. `unitSize` includes the length field. */
export function encryptedInUnit(unitSize: number): number {
  if (unitSize < SHORTEST_HIDDEN_UNIT) return 0;
  return unitSize - CLEAR_IN_UNIT - ((unitSize - CLEAR_IN_UNIT) % BLOCK);
}

/**
 * Collects the subsamples of a track, sample by sample. It takes the clear and the protected
 * runs of each sample in turn, and joins clear runs that meet.
 */
export class SubsampleColumns {
  readonly #first: Uint32Array<SharedArrayBuffer>;
  #clear = new Uint16Array(1024);
  #encrypted = new Uint32Array(1024);
  #samples = 0;
  #count = 0;

  /** @param samples how many the track has */
  constructor(samples: number) {
    this.#first = new Uint32Array(new SharedArrayBuffer(4 * (samples + 1)));
  }

  /**
   * The next sample: `clear[i]` bytes, `encrypted[i]` bytes, and so on; then `rest` clear ones.
   *
   * @param where for messages
   * @throws PackError `unsupported` when the sample would need more than 40 subsamples
   */
  add(
    clear: readonly number[],
    encrypted: readonly number[],
    rest: number,
    where: () => string,
  ): void {
    const runs = { clear, encrypted: encrypted, rest };
    let kept = ALL;
    for (let most = MOST_SUBSAMPLES; countRows(runs, kept) > MOST_SUBSAMPLES;) {
      if (most < 0) throw tooMuchClear(where());
      kept = longest(encrypted, most--);
    }
    forEachRow(runs, kept, (c, h) => this.#push(c, h));
    this.#first[++this.#samples] = this.#count;
  }

  /** Of all samples that were added. */
  table(): SubsampleTable {
    const { length } = this.#first;
    if (this.#samples !== length - 1)
      throw new RangeError(`${this.#samples} samples of ${length - 1}`);
    const clear = new Uint16Array(new SharedArrayBuffer(2 * this.#count));
    const encrypted = new Uint32Array(new SharedArrayBuffer(4 * this.#count));
    clear.set(this.#clear.subarray(0, this.#count));
    encrypted.set(this.#encrypted.subarray(0, this.#count));
    return { first: this.#first, clear, encrypted };
  }

  #push(clear: number, encrypted: number): void {
    if (this.#count === this.#clear.length) this.#grow();
    this.#clear[this.#count] = clear;
    this.#encrypted[this.#count] = encrypted;
    this.#count++;
  }

  #grow(): void {
    const [clear, encrypted] = [this.#clear, this.#encrypted];
    this.#clear = new Uint16Array(2 * clear.length);
    this.#encrypted = new Uint32Array(2 * encrypted.length);
    this.#clear.set(clear);
    this.#encrypted.set(encrypted);
  }
}

interface ByteRuns {
  readonly clear: readonly number[];
  readonly encrypted: readonly number[];
  readonly rest: number;
}

/**
 * Which protected runs of a sample stay protected: those longer than `least`, and the first
 * `equal` ones of that length.
 */
interface KeptRuns {
  readonly least: number;
  readonly equal: number;
}

const ALL: KeptRuns = { least: 0, equal: Infinity };

/** Keeps the `most` longest runs; the others become clear when there are too many runs. */
function longest(encrypted: readonly number[], most: number): KeptRuns {
  const sorted = Float64Array.from(encrypted).sort().reverse();
  const least = sorted[most] ?? 0; // the longest run that becomes clear
  const equal = most - sorted.filter((length) => length > least).length;
  return { least, equal };
}

function countRows(runs: ByteRuns, kept: KeptRuns): number {
  let count = 0;
  forEachRow(runs, kept, () => count++);
  return count;
}

function forEachRow(
  { clear, encrypted, rest }: ByteRuns,
  { least, equal }: KeptRuns,
  row: (clear: number, encrypted: number) => void,
): void {
  let before = 0;
  for (let i = 0; i < encrypted.length; i++) {
    const length = at(encrypted, i);
    before += at(clear, i);
    if (length < least || (length === least && equal-- <= 0)) before += length;
    else {
      before = splitClear(before, row);
      row(before, length);
      before = 0;
    }
  }
  before = splitClear(before + rest, row);
  if (before > 0) row(before, 0);
}

/** @returns the rest, in 16 bits */
function splitClear(
  clear: number,
  row: (clear: number, encrypted: number) => void,
): number {
  for (; clear > LONGEST_CLEAR; clear -= LONGEST_CLEAR) row(LONGEST_CLEAR, 0);
  return clear;
}

function tooMuchClear(where: string): PackError {
  const most = MOST_SUBSAMPLES * LONGEST_CLEAR;
  return new PackError(
    "unsupported",
    `${where}: more than ${most} of its bytes are not slices and stay clear. Expected less: protected samples cannot tell of more.`,
  );
}
