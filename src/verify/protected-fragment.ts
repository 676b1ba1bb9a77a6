import {
  readFragment,
  type FragmentBoxes,
  type FragmentContext,
} from "../drm/finished/fragment-boxes.js";
import {
  overrideSize,
  readSencOf,
  type SampleRow,
} from "../drm/finished/sample-auxiliary.js";
import type { TrackEncryption } from "../drm/finished/header.js";
import { readingError } from "../errors.js";
import { viewOf } from "../isobmff/bytes.js";
import { childBox, type ParsedBox } from "../isobmff/parsed-box.js";
import type { FindingPlace } from "./finding.js";

const RULE = "protection";

const OVERRIDDEN =
  "a senc with an algorithm and key of its own, at which Media3 stops, and which dash.js and rx-player misread";

/** A protected fragment in its file, and what the moov says of it. */
export interface ProtectedFragment extends FragmentContext {
  readonly encryption: TrackEncryption;
}

/**
 * Checks the boxes for the encryption of a fragment: one row for each sample, with
 * subsamples that fill the sample; saiz and saio that point to the rows; no
 * initialization vector twice. PIFF 1.1 5.3.2, ISO/IEC 14496-12 8.7.8, 8.7.9
 *
 * @param head the fragment's first bytes
 */
export function checkProtectedFragment(
  head: Uint8Array,
  where: ProtectedFragment,
  vectors: InitializationVectors,
  place: FindingPlace,
): void {
  try {
    const fragment = readFragment(head, where);
    const { senc, sizes } = fragment;
    if (senc === undefined) {
      place.fault(RULE, "no senc: nothing tells how its samples are encrypted");
      return;
    }
    if (overrideSize(viewOf(head), senc) > 0)
      place.dialect.say(RULE, OVERRIDDEN);
    const rows = readSencOf(head, senc, where.encryption);
    if (rows.length === 0 && sizes.length > 0) {
      const what = "is in the clear, in a track that is encrypted";
      place.dialect.say(RULE, what);
      return;
    }
    place.expect(RULE, "number of samples in senc", rows.length, sizes.length);
    checkSubsamples(rows, sizes, place);
    checkAuxiliary(head, fragment, senc, rows, place);
    for (const { counter } of rows) vectors.add(counter);
  } catch (error) {
    place.fault(RULE, readingError(error));
  }
}

function checkSubsamples(
  rows: readonly SampleRow[],
  sizes: readonly number[],
  place: FindingPlace,
): void {
  for (const [i, { runs }] of rows.entries()) {
    if (runs === undefined) continue;
    const bytes = runs.reduce(
      (sum, [clear, encrypted]) => sum + clear + encrypted,
      0,
    );
    place.expect(
      RULE,
      `bytes in the subsamples of sample ${i + 1}`,
      bytes,
      sizes[i],
    );
  }
}

/** saiz and saio lead to the rows of the senc. PIFF 1.1 has neither. ISO/IEC 14496-12 8.7.8, 8.7.9 */
function checkAuxiliary(
  head: Uint8Array,
  { traf, base = 0 }: FragmentBoxes,
  senc: ParsedBox,
  rows: readonly SampleRow[],
  place: FindingPlace,
): void {
  const [saiz, saio] = [childBox(traf, "saiz"), childBox(traf, "saio")];
  if (saiz === undefined || saio === undefined) {
    const what = "no saiz and saio, without which Kodi looks no further";
    if (saiz === undefined && saio === undefined) place.dialect.say(RULE, what);
    else place.fault(RULE, `only one of saiz and saio: ${what}`);
    return;
  }
  const view = viewOf(head);
  const sizesAt = fieldsOf(view, saiz);
  const sizes = view.getUint8(sizesAt);
  const count = view.getUint32(sizesAt + 1);
  place.expect(RULE, "number of samples in saiz", count, rows.length);
  for (const [i, { size }] of rows.entries()) {
    const announced = sizes === 0 ? view.getUint8(sizesAt + 5 + i) : sizes;
    place.expect(RULE, `size of row ${i + 1} in saiz`, announced, size);
  }
  const first =
    senc.start + (senc.type === "uuid" ? 32 : 16) + overrideSize(view, senc);
  const isLong = view.getUint8(saio.start + 8) === 1;
  const offsetAt = fieldsOf(view, saio) + 4;
  const offset = isLong
    ? Number(view.getBigUint64(offsetAt))
    : view.getUint32(offsetAt);
  place.expect(RULE, "offset in saio", offset, first - base);
}

/** Both boxes may begin with the type of what they describe. */
function fieldsOf(view: DataView, { start }: ParsedBox): number {
  return start + (view.getUint8(start + 11) & 1 ? 20 : 12);
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
