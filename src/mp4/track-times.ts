import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { at, trackEnd, type Track } from "../media/track.js";

/** The times of a track as the tables of an MP4 have them. */
export interface TrackTimes {
  /** Ticks per second. */
  readonly timescale: number;
  /** How long each sample lasts. */
  readonly durations: Uint32Array;
  /** How long after its decoding each sample is shown: never negative, as all readers know it. */
  readonly shownAfter: Uint32Array;
  /** What the edit list takes off: the first sample is shown so long after 0. */
  readonly begin: number;
}

/**
 * The times of a track. Sound counts in its own samples, so that each of its frames has a whole length.
 * Pictures that are shown before they are decoded, which only fragments may have, are all shown later, and
 * an edit list takes that off: picture and sound stay together.
 */
export function tableTimes({ samples, format }: Track): TrackTimes {
  const { count, decodeTime, compositionOffset } = samples;
  const timescale =
    format.kind === "audio" ? format.sampleRate : SMOOTH_TIMESCALE;
  const ticks = (time: Ticks) =>
    Math.round((time / SMOOTH_TIMESCALE) * timescale);
  const durations = new Uint32Array(count);
  for (let i = 0; i < count; i++)
    durations[i] = ticks(at(decodeTime, i + 1)) - ticks(at(decodeTime, i));
  let least = 0;
  for (let i = 0; i < count; i++)
    least = Math.min(least, at(compositionOffset, i));
  const shownAfter = new Uint32Array(count);
  if (format.kind === "video")
    for (let i = 0; i < count; i++)
      shownAfter[i] = at(compositionOffset, i) - least;
  const begin = format.kind === "video" ? -least : 0;
  return { timescale, durations, shownAfter, begin };
}

/** How long a track lasts, in its own ticks. */
export function tableDuration({ samples }: Track, timescale: number): number {
  return Math.round((trackEnd(samples) / SMOOTH_TIMESCALE) * timescale);
}
