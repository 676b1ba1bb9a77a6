import { createDecipheriv, type KeyObject } from "node:crypto";
import { concat, latin1 } from "../../isobmff/bytes.js";
import { childBoxes, type ParsedBox } from "../../isobmff/parsed-box.js";
import { at, type SampleTable } from "../../media/track.js";
import { fragmentBoxes, fragmentBoxesSize } from "../boxes.js";
import { sampleCiphers, type SampleCipher } from "../cipher.js";
import type { ProtectedSamples } from "../protected-samples.js";
import { changedMoof, type MoofChange } from "./edit-moof.js";
import { PIFF_SENC, type FragmentBoxes } from "./fragment-boxes.js";
import type { TrackEncryption } from "./header.js";
import { PIFF_PSSH } from "./header-boxes.js";
import { readSencOf, type SampleRow } from "./sample-auxiliary.js";

/** A fragment with its bytes, moof and mdat, on its way to another place. */
export interface MovedFragment {
  readonly bytes: Uint8Array;
  readonly fragment: FragmentBoxes;
  /** Position of its first byte in the new file. */
  readonly newStart: number;
}

/** The fragment as it is. Only a base-data-offset depends on its place. */
export function movedFragment(moved: MovedFragment): Uint8Array {
  const { bytes, fragment, newStart } = moved;
  if (fragment.base === undefined) return bytes;
  return concat([
    changedMoof(bytes, fragment, { newStart }),
    bytes.subarray(fragment.moof.size),
  ]);
}

/** The samples of a track, and how they are protected. */
export interface ProtectedTable {
  readonly samples: SampleTable;
  readonly protection: ProtectedSamples;
}

/**
 * Protects a clear fragment: its samples are encrypted, and its traf gets the boxes of the
 * protection. Every other byte stays.
 *
 * @param firstSample number of its first sample in the track
 * @throws Error in one line for a fragment that is already protected, or has more samples than
 * its track
 */
export function protectFragment(
  { bytes, fragment, newStart }: MovedFragment,
  { samples, protection }: ProtectedTable,
  firstSample: number,
): Uint8Array {
  const { moof, starts, sizes, senc } = fragment;
  if (senc !== undefined) throw new Error("is protected already");
  const endSample = firstSample + starts.length;
  if (endSample > samples.count)
    throw new Error(`has more samples than the ${samples.count} of its track`);
  const mdat = Uint8Array.from(bytes.subarray(moof.size));
  const ciphers = sampleCiphers(protection, samples, endSample);
  for (let i = firstSample; i < endSample; i++) {
    const begin = at(starts, i - firstSample) - moof.size;
    const sample = mdat.subarray(begin, begin + at(sizes, i - firstSample));
    encrypt(sample, protection.subsamples, i, ciphers(i));
  }
  const span = { firstSample, endSample };
  const change: MoofChange = {
    newStart,
    addedSize: fragmentBoxesSize(protection, span),
    added: (offset) => fragmentBoxes(protection, span, offset),
  };
  return concat([changedMoof(bytes, fragment, change), mdat]);
}

function encrypt(
  sample: Uint8Array,
  subsamples: ProtectedSamples["subsamples"],
  i: number,
  cipher: SampleCipher,
): void {
  if (subsamples === undefined) {
    sample.set(cipher(sample));
    return;
  }
  let position = 0;
  for (let k = at(subsamples.first, i); k < at(subsamples.first, i + 1); k++) {
    position += at(subsamples.clear, k);
    const end = position + at(subsamples.encrypted, k);
    sample.set(cipher(sample.subarray(position, end)), position);
    position = end;
  }
}

/**
 * Restores the clear fragment from a protected one: it decrypts the samples and removes the
 * boxes of the protection.
 *
 * @param key undefined: the boxes are removed and the samples stay as they are
 * @throws Error in one line for a fragment that has no boxes of its protection, or damaged ones
 */
export function clearFragment(
  { bytes, fragment, newStart }: MovedFragment,
  encryption: TrackEncryption,
  key: KeyObject | undefined,
): Uint8Array {
  const mdat = Uint8Array.from(bytes.subarray(fragment.moof.size));
  const samples = protectedSamples(bytes, mdat, fragment, encryption);
  for (const { sample, row } of samples) if (key) decrypt(sample, row, key);
  const moof = changedMoof(bytes, fragment, { newStart, isGone });
  return concat([moof, mdat]);
}

const OF_PROTECTION = new Set(["senc", "saiz", "saio", "pssh"]);

const isGone: NonNullable<MoofChange["isGone"]> = ({ type, uuid }) =>
  OF_PROTECTION.has(type) || uuid === PIFF_SENC || uuid === PIFF_PSSH;

/** Each sample as a view of the mdat, with its protection. */
function* protectedSamples(
  bytes: Uint8Array,
  mdat: Uint8Array,
  { moof, traf, starts, sizes, senc }: FragmentBoxes,
  encryption: TrackEncryption,
): Generator<{ sample: Uint8Array; row: SampleRow }> {
  if (starts.length === 0) return;
  requireNoGroups(bytes, traf);
  if (senc === undefined)
    throw new Error("no senc: nothing tells how it is protected");
  const rows = readSencOf(bytes, senc, encryption);
  if (rows.length === 0) return; // a fragment in the clear
  if (rows.length !== starts.length)
    throw new Error(
      `${rows.length} samples in the senc, ${starts.length} in the trun`,
    );
  for (const [i, row] of rows.entries()) {
    const begin = at(starts, i) - moof.size;
    yield { sample: mdat.subarray(begin, begin + at(sizes, i)), row };
  }
}

/** Groups of samples with keys of their own, or in the clear. ISO/IEC 23001-7 6 */
export function requireNoGroups(bytes: Uint8Array, traf: ParsedBox): void {
  for (const { start } of childBoxes(traf, "sbgp"))
    if (latin1(bytes, start + 12, 4) === "seig")
      throw new Error(
        "sample groups with an encryption of their own (seig), which are not read",
      );
}

/** AES-CTR decrypts as it encrypts. The counter goes on over clear bytes. ISO/IEC 23001-7 9.4 */
function decrypt(
  sample: Uint8Array,
  { counter, runs }: SampleRow,
  key: KeyObject,
): void {
  const cipher = createDecipheriv("aes-128-ctr", key, counter);
  if (runs === undefined) {
    sample.set(cipher.update(sample));
    return;
  }
  let position = 0;
  for (const [clear, encrypted] of runs) {
    position += clear;
    if (position + encrypted > sample.length)
      throw new Error(
        `subsamples of ${position + encrypted} bytes in a sample of ${sample.length}`,
      );
    sample.set(
      cipher.update(sample.subarray(position, position + encrypted)),
      position,
    );
    position += encrypted;
  }
}
