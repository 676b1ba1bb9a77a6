import {
  readFragment,
  type FragmentBoxes,
} from "../drm/finished/fragment-boxes.js";
import {
  readSencOf,
  type SampleRow,
} from "../drm/finished/sample-auxiliary.js";
import { readingError } from "../errors.js";
import { viewOf } from "../isobmff/bytes.js";
import { childBox, type ParsedBox } from "../isobmff/parsed-box.js";
import type { FindingPlace } from "./finding.js";

const RULE = "protection";

/**
 * Checks the boxes for the encryption of a fragment: one row for each sample, with
 * subsamples that fill the sample; saiz and saio that point to the rows; no
 * initialization vector twice. PIFF 1.1 5.3.2, ISO/IEC 14496-12 8.7.8, 8.7.9
 *
 * @param head the fragment's first bytes
 * @param extent the fragment's size in bytes
 */
export function checkProtectedFragment(
  head: Uint8Array,
  extent: number,
  ivSize: number,
  vectors: InitializationVectors,
  place: FindingPlace,
): void {
  try {
    const fragment = readFragment(head, extent);
    const { senc, offsets } = fragment;
    if (senc === undefined) {
      place.fault(RULE, "no senc: nothing tells how its samples are encrypted");
      return;
    }
    const rows = readSencOf(head, senc, ivSize);
    place.expect(
      RULE,
      "number of samples in senc",
      rows.length,
      offsets.length - 1,
    );
    checkSubsamples(rows, offsets, place);
    checkAuxiliary(head, fragment, senc, rows, ivSize, place);
    for (const { counter } of rows) vectors.add(counter);
  } catch (error) {
    place.fault(RULE, readingError(error));
  }
}

function checkSubsamples(
  rows: readonly SampleRow[],
  offsets: readonly number[],
  place: FindingPlace,
): void {
  for (const [i, { runs }] of rows.entries()) {
    if (runs === undefined) continue;
    const bytes = runs.reduce(
      (sum, [clear, encrypted]) => sum + clear + encrypted,
      0,
    );
    const size = (offsets[i + 1] ?? 0) - (offsets[i] ?? 0);
    place.expect(
      RULE,
      `bytes in the subsamples of sample ${i + 1}`,
      bytes,
      size,
    );
  }
}

/** Kodi reads these boxes before a senc. */
function checkAuxiliary(
  head: Uint8Array,
  { traf }: FragmentBoxes,
  senc: ParsedBox,
  rows: readonly SampleRow[],
  ivSize: number,
  place: FindingPlace,
): void {
  const [saiz, saio] = [childBox(traf, "saiz"), childBox(traf, "saio")];
  if (saiz === undefined || saio === undefined) {
    place.fault(RULE, "no saiz and saio, without which Kodi looks no further");
    return;
  }
  const view = viewOf(head);
  const sizes = view.getUint8(saiz.start + 12);
  place.expect(
    RULE,
    "number of samples in saiz",
    view.getUint32(saiz.start + 13),
    rows.length,
  );
  const sizeOf = ({ runs }: SampleRow) =>
    ivSize + (runs ? 2 + 6 * runs.length : 0);
  rows.forEach((row, i) => {
    const announcedSize =
      sizes === 0 ? view.getUint8(saiz.start + 17 + i) : sizes;
    place.expect(
      RULE,
      `size of row ${i + 1} in saiz`,
      announcedSize,
      sizeOf(row),
    );
  });
  const first = senc.start + (senc.type === "uuid" ? 32 : 16);
  place.expect(RULE, "offset in saio", view.getUint32(saio.start + 16), first);
}

/** Consecutive vectors. */
interface Range {
  readonly first: bigint;
  last: bigint;
}

/** Other makers' vectors may be random. Beyond this number of ranges, no more are compared. */
const MOST_RANGES = 1_000_000;

/**
 * The initialization vectors of a package, under one key. None may come twice: two
 * samples with one vector reveal each other. Our vectors are consecutive, so a track is
 * one range.
 */
export class InitializationVectors {
  readonly #ranges: Range[] = [];
  #current: Range | undefined;
  #isFull = false;

  /** @param counter 16 bytes, with the vector in the first 8 */
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

  /** Begins the next track: its vectors are a range of their own. */
  next(): void {
    this.#current = undefined;
  }

  /** Checks that no two ranges overlap. */
  check(place: FindingPlace): void {
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
  "an initialization vector comes twice under one key: everybody who has both samples can read them";
