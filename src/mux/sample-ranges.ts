import { sampleCiphers } from "../drm/cipher.js";
import {
  isKept,
  type ProtectedSamples,
  type SubsampleTable,
} from "../drm/protected-samples.js";
import { at, type Track } from "../media/track.js";
import type { Fragment } from "../media/fragments.js";
import type { OutTrack } from "./protection.js";

/** Bytes to copy from one of a track's files. */
export interface ByteRange {
  /** Index into the track's `files`. */
  readonly file: number;
  readonly offset: number;
  readonly length: number;
  /**
   * Gives the bytes to write in their place, of equal number, for any split of the range.
   * Left out: no change.
   */
  readonly change?: (bytes: Uint8Array) => Uint8Array;
}

type SampleInterval = Pick<Fragment, "firstSample" | "endSample">;

/** The places of a fragment's samples, neighbours joined: usually one range a fragment. */
export function sampleRanges(
  track: OutTrack,
  fragment: SampleInterval,
): Iterable<ByteRange> {
  const { protection } = track;
  return protection && !isKept(protection)
    ? protectedRanges(track, protection, fragment)
    : clearRanges(track, fragment);
}

/** The same for a track that is not protected, not yet, or already. */
export function clearRanges(
  track: Track,
  { firstSample, endSample }: SampleInterval,
): ByteRange[] {
  const { samples, files } = track;
  const ranges: ByteRange[] = [];
  let file = 0;
  let current: { file: number; offset: number; length: number } | undefined;
  for (let i = firstSample; i < endSample; i++) {
    while (i >= (files[file + 1]?.firstSample ?? Infinity)) file++;
    const offset = at(samples.offset, i);
    const length = at(samples.size, i);
    if (current?.file === file && current.offset + current.length === offset) {
      current.length += length;
    } else {
      current = { file, offset, length };
      ranges.push(current);
    }
  }
  return ranges;
}

/** One by one, in writing order: each sample has a cipher of its own. */
function* protectedRanges(
  track: OutTrack,
  protection: ProtectedSamples,
  { firstSample, endSample }: SampleInterval,
): Generator<ByteRange, void> {
  const { samples, files } = track;
  const cipherOf = sampleCiphers(protection, samples, endSample);
  let file = 0;
  for (let i = firstSample; i < endSample; i++) {
    while (i >= (files[file + 1]?.firstSample ?? Infinity)) file++;
    const [offset, length] = [at(samples.offset, i), at(samples.size, i)];
    const sample = { file, offset, length, change: cipherOf(i) };
    if (protection.subsamples === undefined) yield sample;
    else yield* subsampleRanges(sample, protection.subsamples, i);
  }
}

function* subsampleRanges(
  { file, offset, change }: Required<ByteRange>,
  { first, clear, encrypted }: SubsampleTable,
  i: number,
): Generator<ByteRange, void> {
  let position = offset;
  for (let k = at(first, i); k < at(first, i + 1); k++) {
    const [inClear, inHidden] = [at(clear, k), at(encrypted, k)];
    yield { file, offset: position, length: inClear };
    position += inClear;
    if (inHidden > 0)
      yield { file, offset: position, length: inHidden, change };
    position += inHidden;
  }
}
