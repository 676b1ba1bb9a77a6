import { viewOf } from "../../isobmff/bytes.js";
import type { ParsedBox } from "../../isobmff/parsed-box.js";
import { isSameKid, uuidText } from "../kid.js";

/** How one sample is protected, by its fragment. */
export interface SampleRow {
  /** The counter of its first block: the vector, then zeros. */
  readonly counter: Buffer;
  /** Runs of clear and protected bytes in turn; undefined: the whole sample is protected. */
  readonly runs:
    readonly (readonly [clear: number, hidden: number])[] | undefined;
  /** Size of its row in the senc. */
  readonly size: number;
}

/** What the moov says of the encryption of a track. */
export interface SencDefaults {
  /** Size of an initialization vector in bytes. */
  readonly ivSize: number;
  /** The key's ID; undefined: not known. */
  readonly kid?: Uint8Array;
}

/** Reads the senc among the bytes of a fragment. @throws Error as {@link readSenc} does */
export function readSencOf(
  bytes: Uint8Array,
  { type, start, size }: ParsedBox,
  defaults: SencDefaults,
): SampleRow[] {
  const header = type === "uuid" ? 24 : 8;
  return readSenc(bytes.subarray(start + header, start + size), defaults);
}

/** Flags of a senc. PIFF 1.1 5.3.2, ISO/IEC 23001-7 7.2 */
const OVERRIDES = 0x000001;
const HAS_SUBSAMPLES = 0x000002;

/** Algorithms of PIFF 1.1 5.3.3 */
const CLEAR = 0;
const AES_CTR = 1;

/** Algorithm, size of vectors and key ID. PIFF 1.1 5.3.2 */
const OVERRIDE_SIZE = 20;

/** How many bytes of a senc override the moov. */
export function overrideSize(
  view: DataView,
  { type, start }: ParsedBox,
): number {
  const flags = view.getUint32(start + (type === "uuid" ? 24 : 8));
  return flags & OVERRIDES ? OVERRIDE_SIZE : 0;
}

/**
 * Reads a senc of ISO or of PIFF: both hold the same.
 *
 * @param body the bytes after the box's header and uuid
 * @returns no rows for samples in the clear
 * @throws Error in one line when the box claims more bytes than it has, or names another key
 */
export function readSenc(
  body: Uint8Array,
  defaults: SencDefaults,
): SampleRow[] {
  const view = viewOf(body);
  if (body.length < 8) throw new Error("senc without its count");
  const flags = view.getUint32(0) & 0xffffff;
  const ivSize =
    flags & OVERRIDES ? overriddenIvSize(body, defaults) : defaults.ivSize;
  if (ivSize === undefined) return [];
  if (ivSize !== 8 && ivSize !== 16)
    throw new Error(`vectors of ${ivSize} bytes in a senc, expected 8 or 16`);
  const countAt = 4 + (flags & OVERRIDES ? OVERRIDE_SIZE : 0);
  const hasRuns = (flags & HAS_SUBSAMPLES) !== 0;
  return readRows(view, countAt, ivSize, hasRuns);
}

/** @returns undefined for samples in the clear */
function overriddenIvSize(
  body: Uint8Array,
  { kid }: SencDefaults,
): number | undefined {
  if (body.length < 8 + OVERRIDE_SIZE)
    throw new Error("senc without its count");
  const [algorithm, ivSize] = [body[6], body[7]];
  if (algorithm === CLEAR) return undefined;
  if (algorithm !== AES_CTR)
    throw new Error(
      `senc with the algorithm ${algorithm}, expected ${AES_CTR}, which is AES-CTR`,
    );
  const own = body.subarray(8, 4 + OVERRIDE_SIZE);
  if (kid && !isSameKid(own, kid))
    throw new Error(
      `senc with a key of its own, ${uuidText(own)}, which is not read`,
    );
  return ivSize;
}

function readRows(
  view: DataView,
  countAt: number,
  ivSize: number,
  hasRuns: boolean,
): SampleRow[] {
  const count = view.getUint32(countAt);
  const first = countAt + 4;
  if (count * (ivSize + (hasRuns ? 2 : 0)) > view.byteLength - first)
    throw new Error(
      `senc claims ${count} samples and has ${view.byteLength} bytes`,
    );
  const rows: SampleRow[] = [];
  let at = first;
  for (let i = 0; i < count; i++) {
    const counter = Buffer.alloc(16);
    for (let k = 0; k < ivSize; k++) counter[k] = view.getUint8(at + k);
    const runs = hasRuns ? readRuns(view, at + ivSize) : undefined;
    const size = ivSize + (runs ? 2 + 6 * runs.length : 0);
    at += size;
    rows.push({ counter, runs, size });
  }
  if (at !== view.byteLength)
    throw new Error(
      `senc has ${view.byteLength - at} bytes behind its samples`,
    );
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

/** How much of some samples is encrypted. */
export function encryptedOf(
  rows: readonly SampleRow[],
  sizes: readonly number[],
): EncryptedCount {
  const hidden = rows.map(
    ({ runs }, i) =>
      runs?.reduce((bytes, [, run]) => bytes + run, 0) ?? sizes[i] ?? 0,
  );
  return {
    bytes: hidden.reduce((sum, size) => sum + size, 0),
    samples: hidden.filter((size) => size > 0).length,
  };
}
