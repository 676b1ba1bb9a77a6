import { brokenRungs, type Gap } from "../media/broken-rungs.js";
import { secondsText, SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { at } from "../media/track.js";
import { holesInVideo } from "./holes.js";
import type { SourceTrack } from "./read-track.js";
import type { Salvaged } from "./salvage.js";

/** A film may begin some pictures later in a rung. */
const LATE: Ticks = 0.4 * SMOOTH_TIMESCALE;

/**
 * Leaves out each rung that lacks pictures which another one has. What all of them lack is held.
 *
 * @param tracks on one clock
 */
export function withoutBrokenRungs(tracks: readonly SourceTrack[]): Salvaged {
  const videos = tracks.filter(({ kind }) => kind === "video");
  if (videos.length < 2) return { tracks, notes: [] };
  const begin = Math.min(...videos.map(beginOf));
  const gaps = videos.map((video) => gapsOf(video, begin));
  const broken = brokenRungs(gaps);
  const left = new Set(broken.map((i) => videos[i]));
  return {
    tracks: tracks.filter((source) => !left.has(source)),
    notes: broken.map((i) => noteOn(videos[i]?.label ?? "", gaps[i] ?? [])),
  };
}

function beginOf({ track: { samples } }: SourceTrack): Ticks {
  return at(samples.decodeTime, 0) + at(samples.compositionOffset, 0);
}

function gapsOf(source: SourceTrack, begin: Ticks): Gap[] {
  const late = beginOf(source) - begin;
  const holes = holesInVideo(source.track.samples);
  return late > LATE ? [{ time: begin, length: late }, ...holes] : holes;
}

/** This many places are told one by one. */
const TOLD = 3;

function noteOn(label: string, gaps: readonly Gap[]): string {
  const places = gaps
    .slice(0, TOLD)
    .map(
      ({ time, length }) => `${secondsText(length)} at ${secondsText(time)}`,
    );
  const rest = gaps.length - places.length;
  const more = rest > 0 ? ` and ${rest} more` : "";
  return `${label}: left out, it has nothing for ${places.join(", ")}${more}, where other rungs go on`;
}
