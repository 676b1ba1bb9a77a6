import { concat } from "../../isobmff/bytes.js";
import { editBoxes } from "../../isobmff/edit-boxes.js";
import { at } from "../../media/track.js";
import { fragmentBoxes, fragmentBoxesSize, type SampleSpan } from "../boxes.js";
import { sampleCipher } from "../cipher.js";
import type { ProtectedSamples } from "../protected-samples.js";
import { readFragment, type Fragment } from "./fragment-boxes.js";
import { movedTrun } from "./moved-trun.js";

/**
 * A clear fragment, protected: its samples encrypted, and boxes in its traf that tell
 * how. All else stays, to the byte.
 *
 * @param bytes moof and mdat
 * @param firstSample number of its first sample in the track
 * @throws Error in one line for a fragment that is damaged, or protected already
 */
export function protectFragment(
  bytes: Uint8Array,
  samples: ProtectedSamples,
  firstSample: number,
): Uint8Array {
  const fragment = readFragment(bytes);
  if (fragment.senc !== undefined) throw new Error("is protected already");
  const { moof, offsets } = fragment;
  const endSample = firstSample + offsets.length - 1;
  const span = { firstSample, endSample };
  const mdat = Uint8Array.from(bytes.subarray(moof.size));
  for (let i = firstSample; i < endSample; i++) {
    const [from = 0, to = 0] = offsets.slice(
      i - firstSample,
      i - firstSample + 2,
    );
    encrypt(mdat.subarray(from - moof.size, to - moof.size), samples, i);
  }
  return concat([protectedMoof(bytes, fragment, samples, span), mdat]);
}

function encrypt(
  sample: Uint8Array,
  samples: ProtectedSamples,
  i: number,
): void {
  const cipher = sampleCipher(samples, i);
  const { subsamples } = samples;
  if (subsamples === undefined) {
    sample.set(cipher(sample));
    return;
  }
  let position = 0;
  for (let k = at(subsamples.first, i); k < at(subsamples.first, i + 1); k++) {
    position += at(subsamples.clear, k);
    const end = position + at(subsamples.hidden, k);
    sample.set(cipher(sample.subarray(position, end)), position);
    position = end;
  }
}

function protectedMoof(
  bytes: Uint8Array,
  { moof, traf }: Fragment,
  samples: ProtectedSamples,
  span: SampleSpan,
): Uint8Array {
  const longer = fragmentBoxesSize(samples, span);
  return editBoxes(bytes.subarray(0, moof.size), {
    replace: (node) =>
      node.type === "trun" ? movedTrun(bytes, node, longer) : undefined,
    append: (node) =>
      node.type === "traf"
        ? fragmentBoxes(samples, span, traf.start + traf.size)
        : [],
  });
}
