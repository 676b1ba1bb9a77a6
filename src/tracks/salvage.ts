import { PackError } from "../errors.js";
import { secondsText, type Ticks } from "../media/time.js";
import { at, sliceTable, trackEnd, type SampleTable } from "../media/track.js";
import type { SourceTrack } from "./read-track.js";

/** Sounds and rungs of one film rarely end at the same sample. */
const SAME_END: Ticks = 1_000_000;

/** What is left of a film with damaged files. */
export interface Salvaged {
  readonly tracks: readonly SourceTrack[];
  readonly notes: readonly string[];
}

/**
 * Ends all tracks with the last fragment that each of them has whole. Without a damaged track
 * nothing changes. A rung of which not one fragment is whole is left out, where others go on.
 *
 * @param tracks on one clock
 * @throws PackError `input` when not one fragment is whole in all of them
 */
export function salvage(tracks: readonly SourceTrack[]): Salvaged {
  const videos = tracks.filter(({ kind }) => kind === "video");
  const nothing = videos.filter(({ hasNoGroup }) => hasNoGroup);
  const empty = nothing.length < videos.length ? nothing : [];
  const whole = cutToCommonEnd(tracks.filter(isNotIn(empty)));
  const notes = empty.map(
    ({ label }) => `${label}: left out, not one fragment of it is whole`,
  );
  return { tracks: whole.tracks, notes: [...notes, ...whole.notes] };
}

function isNotIn(some: readonly SourceTrack[]) {
  return (source: SourceTrack) => !some.includes(source);
}

function cutToCommonEnd(tracks: readonly SourceTrack[]): Salvaged {
  const videos = tracks.filter(({ kind }) => kind === "video");
  const ends = videos.map(endOf);
  const longest = Math.max(...tracks.map(endOf));
  const cutOff = tracks.filter((source) => source.isCutOff);
  const shorter = videos.filter(
    (source) => Math.max(...ends) - endOf(source) > SAME_END,
  );
  const damaged = [...new Set([...cutOff, ...shorter])];
  if (damaged.length === 0) return { tracks, notes: [] };
  const least = Math.min(...damaged.map(endOf));
  const end = lastCommonCut(videos, least);
  const names = damaged.map(
    (source) => `${source.label} at ${secondsText(endOf(source))}`,
  );
  const ended = tracks.map((source) => endedBefore(source, end));
  const left = ended.filter(({ track }) => track.samples.count > 0);
  const isLost =
    videos.length > 0 && left.every(({ kind }) => kind !== "video");
  if (end <= Math.min(...tracks.map(beginOf)) || left.length === 0 || isLost)
    throw new PackError(
      "input",
      `Nothing can be salvaged: not one fragment is whole in all files (cut off: ${names.join(", ")}).`,
      { facts: { cutOff: damaged.map(({ label }) => label) } },
    );
  return {
    tracks: left,
    notes: [
      `salvaged: ${secondsText(end)} of ${secondsText(longest)}; cut off: ${names.join(", ")}`,
      ...ended
        .filter((source) => !left.includes(source))
        .map(({ label }) => `${label}: left out, it begins behind that`),
    ],
  };
}

/** As its samples are shown: the first of a rung may be shown later than it is decoded. */
function endOf({ track: { samples } }: SourceTrack): Ticks {
  return trackEnd(samples) + at(samples.compositionOffset, 0);
}

function beginOf({ track: { samples } }: SourceTrack): Ticks {
  return shownAt(samples, 0);
}

/**
 * When the first fragment begins that some rung does not have whole: all rungs have a sync sample there, or
 * end. Without pictures, the given time.
 */
function lastCommonCut(videos: readonly SourceTrack[], latest: Ticks): Ticks {
  const [first, ...others] = videos.map(cutsOf);
  if (first === undefined) return latest;
  const isCommon = (time: Ticks) =>
    others.every((starts) =>
      starts.some((other) => Math.abs(other - time) <= SAME_START),
    );
  return (
    first.findLast((time) => time <= latest + SAME_END && isCommon(time)) ?? 0
  );
}

/** A quarter of a picture at 60 a second. */
const SAME_START: Ticks = 40_000;

/** When its sync samples are shown, and its end. */
function cutsOf(source: SourceTrack): Ticks[] {
  const { samples } = source.track;
  const cuts: Ticks[] = [];
  for (let i = 0; i < samples.count; i++)
    if (samples.sync[i] === 1) cuts.push(shownAt(samples, i));
  return [...cuts, endOf(source)];
}

/** Pictures before the sync sample that is shown then; sound before that time, to the nearest frame. */
function endedBefore(source: SourceTrack, end: Ticks): SourceTrack {
  const { track, kind } = source;
  const { samples } = track;
  const isBehind = (i: number) =>
    kind === "video"
      ? samples.sync[i] === 1 && shownAt(samples, i) > end - SAME_START
      : (at(samples.decodeTime, i) + at(samples.decodeTime, i + 1)) / 2 > end;
  let count = 0;
  while (count < samples.count && !isBehind(count)) count++;
  if (count === samples.count) return source;
  return {
    ...source,
    track: { ...track, samples: sliceTable(samples, 0, count) },
  };
}

function shownAt(samples: SampleTable, i: number): Ticks {
  return at(samples.decodeTime, i) + at(samples.compositionOffset, i);
}
