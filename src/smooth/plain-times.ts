import type { MovieTrack } from "../isobmff/tracks.js";
import { rescale, SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { at, sampleDuration } from "../media/track.js";

/** Azure's origin cut plain MP4 files at the key frames, into fragments of about this length. */
const LENGTH: Ticks = 2 * SMOOTH_TIMESCALE;

/** When the fragments of a stream begin, and when the last one ends, in 10 MHz ticks. */
export interface CutTimes {
  readonly times: readonly Ticks[];
  readonly end: Ticks;
}

/**
 * Where an origin can cut the tracks of a stream, which lie uncut in plain MP4 files: at key
 * frames that all of them have.
 */
export function plainCutTimes(tracks: readonly MovieTrack[]): CutTimes {
  const [first, ...others] = tracks.map(startsOf);
  const shared = others.map((starts) => new Set(starts));
  const common = (first ?? []).filter((time) =>
    shared.every((starts) => starts.has(time)),
  );
  const times: Ticks[] = [];
  for (const time of common)
    if (times.length === 0 || time >= (times.at(-1) ?? 0) + LENGTH)
      times.push(time);
  const end = tracks.reduce((last, track) => Math.max(last, endOf(track)), 0);
  return { times, end };
}

/** Presentation times of the samples at which decoding can begin: of sound, all of them. */
function startsOf(track: MovieTrack): Ticks[] {
  const { samples, timescale } = track;
  const { begin, delay } = shownPart(track);
  const starts: Ticks[] = [];
  for (let i = 0; i < samples.count; i++) {
    if (samples.sync[i] !== 1) continue;
    const presented =
      at(samples.decodeTime, i) + at(samples.compositionOffset, i) - begin;
    if (presented >= 0)
      starts.push(delay + rescale(presented, timescale, SMOOTH_TIMESCALE));
  }
  return starts;
}

function endOf(track: MovieTrack): Ticks {
  const { begin, delay } = shownPart(track);
  const end = presentedEnd(track) - begin;
  const whole = delay + rescale(end, track.timescale, SMOOTH_TIMESCALE);
  const part = track.edits.find(({ mediaTime }) => mediaTime >= 0);
  const length = part?.segmentDuration ?? 0;
  if (length === 0) return whole;
  const shown = rescale(length, track.movieTimescale, SMOOTH_TIMESCALE);
  return Math.min(whole, delay + shown);
}

/** When the sample that is shown last ends: it need not be the last in the file. */
function presentedEnd({ samples }: MovieTrack): Ticks {
  let end = 0;
  for (let i = 0; i < samples.count; i++) {
    const decoded = at(samples.decodeTime, i) + sampleDuration(samples, i);
    end = Math.max(end, decoded + at(samples.compositionOffset, i));
  }
  return end;
}

/** ISO/IEC 14496-12 8.6.6; a list that shows several parts is the packager's matter. */
function shownPart({ edits, movieTimescale }: MovieTrack) {
  const part = edits.find(({ mediaTime }) => mediaTime >= 0);
  const empty = edits.slice(0, part ? edits.indexOf(part) : edits.length);
  const delay = empty.reduce((all, edit) => all + edit.segmentDuration, 0);
  return {
    begin: part?.mediaTime ?? 0,
    delay: rescale(delay, movieTimescale, SMOOTH_TIMESCALE),
  };
}
