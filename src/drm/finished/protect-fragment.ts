import { editBoxes } from "../../isobmff/box.js";
import { concat } from "../../isobmff/bytes.js";
import { at, type SampleTable } from "../../media/track.js";
import { fragmentBoxes, fragmentBoxesSize, type SampleSpan } from "../boxes.js";
import { sampleCiphers, type SampleCipher } from "../cipher.js";
import type { ProtectedSamples } from "../protected-samples.js";
import {
  readFragment,
  type FragmentBoxes,
  movedTrun,
} from "./fragment-boxes.js";

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
