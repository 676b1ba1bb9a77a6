import { cutTimesOfSound } from "../media/cut-times.js";
import { bitrateNotes } from "../media/level-bitrates.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { byteLength } from "../media/track.js";
import { cutFragments } from "../mux/fragments.js";
import { onCommonClock } from "./common-clock.js";
import { chooseCuts } from "./cuts.js";
import { holdLastPictures } from "./hold-pictures.js";
import { keyFrames } from "./key-frames.js";
import { nameTracks, type NamedTrack } from "./name-tracks.js";
import { requireDurations } from "./require-durations.js";
import { requireSameRate } from "./same-rate.js";
import type { SourceTrack } from "./source-track.js";

/** All that will be written, before anything is. */
export interface MuxPlan {
  /** Base name of the package. */
  readonly name: string;
  readonly durationSeconds: number;
  /** Pictures first, the largest bitrate first; then sound, in the order given. */
  readonly tracks: readonly NamedTrack[];
  /** Of all samples, and nearly all of the package. */
  readonly bytes: number;
  /** When fragments begin, in 10 MHz ticks. */
  readonly cutTimes: readonly Ticks[];
  /** What was filled, cut or held, in words. */
  readonly notes: readonly string[];
}

/** @throws PackError `mux` when the tracks cannot be one package as they are */
export async function planMux(
  sources: readonly SourceTrack[],
  name: string,
  fragmentSeconds: number,
): Promise<MuxPlan> {
  const { tracks, end, notes } = onCommonClock(sources);
  tracks.forEach(requireDurations);
  const pictures = tracks.filter(({ kind }) => kind === "video");
  requireSameRate(pictures);
  const cutTimes = await cutsFor(pictures, fragmentSeconds, end);
  const cut = tracks.map((source) => ({
    source,
    fragments: cutFragments(source.track, cutTimes, source.label),
  }));
  cut.forEach(holdLastPictures);
  const named = nameTracks(cut, name);
  const rank = ({ source }: NamedTrack) => (source.kind === "video" ? 0 : 1);
  return {
    name,
    durationSeconds: end / SMOOTH_TIMESCALE,
    tracks: named.sort(
      (a, b) =>
        rank(a) - rank(b) || (rank(a) === 0 ? b.bitrate - a.bitrate : 0),
    ),
    bytes: tracks.reduce(
      (sum, { track }) => sum + byteLength(track.samples),
      0,
    ),
    cutTimes,
    notes: [...notes, ...levelNotes(named)],
  };
}

function levelNotes(tracks: readonly NamedTrack[]): string[] {
  const streams = new Set(tracks.map(({ stream }) => stream));
  return [...streams].flatMap((name) =>
    bitrateNotes(tracks.filter(({ stream }) => stream === name)),
  );
}

async function cutsFor(
  pictures: readonly SourceTrack[],
  fragmentSeconds: number,
  end: Ticks,
): Promise<Ticks[]> {
  if (pictures.length === 0) return cutTimesOfSound(fragmentSeconds, end);
  const rungs = [];
  for (const picture of pictures) {
    const { list, fault } = await keyFrames(picture);
    rungs.push({ label: picture.label, keyFrames: list, fault });
  }
  return chooseCuts(rungs, Math.round(fragmentSeconds * SMOOTH_TIMESCALE), end);
}
