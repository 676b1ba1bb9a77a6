import { editBoxes, NOTHING } from "../../isobmff/box.js";
import { concat } from "../../isobmff/bytes.js";
import { at, type SampleTable } from "../../media/track.js";
import { fragmentBoxes, fragmentBoxesSize, type SampleSpan } from "../boxes.js";
import { sampleCiphers, type SampleCipher } from "../cipher.js";
import type { ProtectedSamples } from "../protected-samples.js";
import {
  readFragment,
  type FragmentBoxes,
  movedTrun,
  PIFF_SENC,
} from "./fragment-boxes.js";
import { createDecipheriv, type KeyObject } from "node:crypto";
import { readSencOf, type SampleRow } from "./sample-auxiliary.js";

/** The samples of a track, and how they are protected. */
export interface ProtectedTable {
  readonly samples: SampleTable;
  readonly protection: ProtectedSamples;
}

/**
 * Protects a clear fragment: its samples are encrypted, and its traf gets the boxes of the
 * protection. Every other byte stays.
 *
 * @param bytes moof and mdat
 * @param firstSample number of its first sample in the track
 * @throws Error in one line for a fragment that is damaged or already protected
 */
export function protectFragment(
  bytes: Uint8Array,
  { samples, protection }: ProtectedTable,
  firstSample: number,
): Uint8Array {
  const fragment = readFragment(bytes);
  if (fragment.senc !== undefined) throw new Error("is protected already");
  const { moof, offsets } = fragment;
  const endSample = firstSample + offsets.length - 1;
  const mdat = Uint8Array.from(bytes.subarray(moof.size));
  const ciphers = sampleCiphers(protection, samples, endSample);
  for (let i = firstSample; i < endSample; i++) {
    const k = i - firstSample;
    const sample = mdat.subarray(
      at(offsets, k) - moof.size,
      at(offsets, k + 1) - moof.size,
    );
    encrypt(sample, protection.subsamples, i, ciphers(i));
  }
  const span = { firstSample, endSample };
  return concat([protectedMoof(bytes, fragment, protection, span), mdat]);
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

function protectedMoof(
  bytes: Uint8Array,
  { moof, traf }: FragmentBoxes,
  protection: ProtectedSamples,
  span: SampleSpan,
): Uint8Array {
  const longer = fragmentBoxesSize(protection, span);
  return editBoxes(bytes.subarray(0, moof.size), {
    replace: (node) =>
      node.type === "trun" ? movedTrun(bytes, node, longer) : undefined,
    append: (node) =>
      node.type === "traf"
        ? fragmentBoxes(protection, span, traf.start + traf.size)
        : [],
  });
}

/**
 * Restores the clear fragment from a protected one, to the byte: it decrypts the samples and
 * removes the boxes of the protection.
 *
 * @param bytes moof and mdat
 * @param ivSize of the track, 8 or 16
 * @param key undefined: the boxes are removed and the samples stay as they are
 * @throws Error in one line for a fragment that is damaged, or has no boxes of its protection
 */
export function clearFragment(
  bytes: Uint8Array,
  ivSize: number,
  key: KeyObject | undefined,
): Uint8Array {
  const fragment = readFragment(bytes);
  const mdat = Uint8Array.from(bytes.subarray(fragment.moof.size));
  for (const { sample, row } of protectedSamples(bytes, mdat, fragment, ivSize))
    if (key) decrypt(sample, row, key);
  return concat([clearMoof(bytes, fragment), mdat]);
}

/** Each sample as a view of the mdat, with its protection. */
function* protectedSamples(
  bytes: Uint8Array,
  mdat: Uint8Array,
  { moof, offsets, senc }: FragmentBoxes,
  ivSize: number,
): Generator<{ sample: Uint8Array; row: SampleRow }> {
  if (senc === undefined)
    throw new Error("no senc: nothing tells how it is protected");
  const rows = readSencOf(bytes, senc, ivSize);
  if (rows.length === 0) return; // a fragment in the clear
  if (rows.length !== offsets.length - 1)
    throw new Error(
      `${rows.length} samples in the senc, ${offsets.length - 1} in the trun`,
    );
  for (const [i, row] of rows.entries()) {
    const [from = 0, to = 0] = offsets.slice(i, i + 2);
    yield { sample: mdat.subarray(from - moof.size, to - moof.size), row };
  }
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
  let at = 0;
  for (const [clear, encrypted] of runs) {
    at += clear;
    if (at + encrypted > sample.length)
      throw new Error(
        `subsamples of ${at + encrypted} bytes in a sample of ${sample.length}`,
      );
    sample.set(cipher.update(sample.subarray(at, at + encrypted)), at);
    at += encrypted;
  }
}

const OF_PROTECTION = new Set(["senc", "saiz", "saio"]);

function clearMoof(
  bytes: Uint8Array,
  { moof, traf }: FragmentBoxes,
): Uint8Array {
  const isGone = ({ type, uuid }: { type: string; uuid: string | undefined }) =>
    OF_PROTECTION.has(type) || uuid === PIFF_SENC;
  const gone = traf.children.filter(isGone);
  const shorter = gone.reduce((sum, { size }) => sum + size, 0);
  return editBoxes(bytes.subarray(0, moof.size), {
    replace: (node) => {
      if (isGone(node)) return NOTHING;
      return node.type === "trun"
        ? movedTrun(bytes, node, -shorter)
        : undefined;
    },
  });
}
