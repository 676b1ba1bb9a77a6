import type { Ticks } from "../media/time.js";
import { byteLength } from "../media/track.js";
import type { Fragment } from "./fragments.js";
import { fileHeader, fragmentHeaders, type FragmentOptions } from "./ismv.js";
import type { OutTrack } from "./protection.js";

/** When a fragment plays and where it lies in its file. */
export interface FragmentSpan {
  readonly time: Ticks;
  readonly duration: Ticks;
  readonly moofOffset: number;
}

/** Where everything lies in a track file, known before a byte is written. */
export interface FileLayout {
  /** ftyp and moov. */
  readonly header: Uint8Array;
  readonly spans: readonly FragmentSpan[];
  /** Where the index (mfra) begins: behind the last fragment. */
  readonly indexOffset: number;
}

/** Lays a track file out, so that its fragments can be written in any order. */
export function layOut(
  track: OutTrack,
  fragments: readonly Fragment[],
  bitrate: number,
  options: FragmentOptions,
): FileLayout {
  const header = fileHeader(track, bitrate);
  const headers = fragmentHeaders(track, options);
  let moofOffset = header.length;
  const spans = fragments.map((fragment) => {
    const { firstSample, endSample, time, duration } = fragment;
    const span = { time, duration, moofOffset };
    moofOffset +=
      headers.size(fragment) +
      byteLength(track.samples, firstSample, endSample);
    return span;
  });
  return { header, spans, indexOffset: moofOffset };
}
