import { viewOf } from "../../isobmff/bytes.js";
import type { ParsedBox } from "../../isobmff/parsed-box.js";

/** How one sample is protected, by its fragment. */
export interface SampleRow {
  /** The counter of its first block: the vector, then zeros. */
  readonly counter: Buffer;
  /** Runs of clear and protected bytes in turn; undefined: the whole sample is protected. */
  readonly runs:
    readonly (readonly [clear: number, hidden: number])[] | undefined;
}

/** Flags of a senc. PIFF 1.1 5.3.2, ISO/IEC 23001-7 7.2 */
const OVERRIDES = 0x000001;
const HAS_SUBSAMPLES = 0x000002;

/** Reads the senc among the bytes of a fragment. @throws Error as {@link readSenc} does */
export function readSencOf(
  bytes: Uint8Array,
  { type, start, size }: ParsedBox,
  ivSize: number,
): SampleRow[] {
  const header = type === "uuid" ? 24 : 8;
  return readSenc(bytes.subarray(start + header, start + size), ivSize);
}

/**
 * Reads a senc of ISO or of PIFF: both hold the same.
 *
 * @param body the bytes after the box's header and uuid
 * @param ivSize 8 or 16
 * @throws Error in one line when the box claims more bytes than it has
 */
export function readSenc(body: Uint8Array, ivSize: number): SampleRow[] {
  const view = viewOf(body);
  if (body.length < 8) throw new Error("senc without its count");
  const flags = view.getUint32(0) & 0xffffff;
  if (flags & OVERRIDES)
    throw new Error(
      "senc with an algorithm and key of its own, which is not read",
    );
  const count = view.getUint32(4);
  const hasRuns = (flags & HAS_SUBSAMPLES) !== 0;
  if (count * (ivSize + (hasRuns ? 2 : 0)) > body.length - 8)
    throw new Error(
      `senc claims ${count} samples and has ${body.length} bytes`,
    );
  const rows: SampleRow[] = [];
  let at = 8;
  for (let i = 0; i < count; i++) {
    const counter = Buffer.alloc(16);
    counter.set(body.subarray(at, at + ivSize));
    at += ivSize;
    const runs = hasRuns ? readRuns(view, at) : undefined;
    at += runs === undefined ? 0 : 2 + 6 * runs.length;
    rows.push({ counter, runs });
  }
  if (at !== body.length)
    throw new Error(`senc has ${body.length - at} bytes behind its samples`);
  return rows;
}

function readRuns(view: DataView, at: number): (readonly [number, number])[] {
  const count = view.byteLength >= at + 2 ? view.getUint16(at) : Infinity;
  if (at + 2 + 6 * count > view.byteLength)
    throw new Error("senc ends within the subsamples of a sample");
  return Array.from({ length: count }, (_, k) => {
    const row = at + 2 + 6 * k;
    return [view.getUint16(row), view.getUint32(row + 2)] as const;
  });
}

/** How much of a fragment is encrypted. */
export interface EncryptedCount {
  readonly bytes: number;
  /** How many samples have protected bytes. */
  readonly samples: number;
}

/**
 * How much of some samples is encrypted.
 *
 * @param offsets where each sample begins, and where the last one ends
 */
export function encryptedOf(
  rows: readonly SampleRow[],
  offsets: readonly number[],
): EncryptedCount {
  const sizes = rows.map(({ runs }, i) => {
    const size = (offsets[i + 1] ?? 0) - (offsets[i] ?? 0);
    return runs?.reduce((bytes, [, run]) => bytes + run, 0) ?? size;
  });
  return {
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    samples: sizes.filter((size) => size > 0).length,
  };
}
