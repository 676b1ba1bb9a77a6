import { PackError } from "../errors.js";
import { requireOffset } from "./composition.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import {
  at,
  trackEnd,
  type SampleTable,
  type TrackKind,
} from "../media/track.js";

/**
 * Moves a track so that its presentation begins at 0 without an edit list: a
 * Smooth client never sees one.
 *
 * Picture: composition offsets are lowered until the first frame is shown when
 * it is decoded; later frames may get negative offsets. Sound: the encoder's
 * lead-in frames before the edit's begin are dropped, or all sound would be
 * one frame (21 ms) late.
 *
 * @throws PackError `mux` for edits that samples cannot express
 */
export function fromZero(
  track: MovieTrack,
  kind: TrackKind,
  where: string,
): SampleTable {
  const begin = presentationBegin(track, where);
  return kind === "video"
    ? shiftComposition(track.samples, begin, where)
    : dropLeadIn(track.samples, begin, where);
}

/** The media time at which the presentation begins, in ticks of the track. */
function presentationBegin(
  { edits, samples }: MovieTrack,
  where: string,
): number {
  const [edit, ...more] = edits;
  if (edit === undefined) return at(samples.compositionOffset, 0);
  if (more.length > 0 || edit.mediaTime < 0) {
    throw new PackError(
      "mux",
      `${where}: an edit list of ${edits.length} entries, the first at ${edit.mediaTime}. Expected one that only skips the start.`,
    );
  }
  return edit.mediaTime;
}

function shiftComposition(
  samples: SampleTable,
  begin: number,
  where: string,
): SampleTable {
  const first = at(samples.compositionOffset, 0);
  if (first !== begin) {
    throw new PackError(
      "mux",
      `${where}: the first frame is presented at ${first}, the edit list begins at ${begin}. Expected the same.`,
    );
  }
  return {
    ...samples,
    compositionOffset: samples.compositionOffset.map((offset) =>
      requireOffset(offset - begin, where),
    ),
  };
}

/** Drops the frames that end before `begin`; what is left of a frame stays. */
function dropLeadIn(
  samples: SampleTable,
  begin: number,
  where: string,
): SampleTable {
  if (begin >= trackEnd(samples)) {
    throw new PackError(
      "mux",
      `${where}: the edit list begins at ${begin}, the media ends at ${trackEnd(samples)}. Expected a begin before the end.`,
    );
  }
  let first = 0;
  while (
    first < samples.count - 1 &&
    at(samples.decodeTime, first + 1) <= begin
  )
    first++;
  return withoutFirst(samples, first);
}

/** The table without its first `first` samples, beginning at 0 again. */
function withoutFirst(samples: SampleTable, first: number): SampleTable {
  const begin = at(samples.decodeTime, first);
  return {
    count: samples.count - first,
    offset: samples.offset.subarray(first),
    size: samples.size.subarray(first),
    decodeTime: samples.decodeTime.subarray(first).map((time) => time - begin),
    compositionOffset: samples.compositionOffset.subarray(first),
    sync: samples.sync.subarray(first),
  };
}
