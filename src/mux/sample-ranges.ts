import { at, type Track } from "../media/track.js";
import type { Fragment } from "./fragments.js";

/** Bytes to copy from one of a track's files. */
export interface ByteRange {
  /** Index into the track's `files`. */
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

/** Where a fragment's samples lie, neighbours joined: usually one range a fragment. */
export function sampleRanges(
  track: Track,
  { firstSample, endSample }: Fragment,
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
