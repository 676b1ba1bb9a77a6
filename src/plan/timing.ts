import { ratio, type Rational } from "../media/time.js";
import type { FrameRange } from "../media/fragment-length.js";
import type { FilmClock } from "../media/film-clock.js";
import {
  audioIn,
  lastEnd,
  type SourceInfo,
  videoIn,
} from "../probe/source-info.js";

/** How picture and sound get one time that begins at 0. All in seconds. */
export interface Timing {
  /** Length of the package. */
  readonly durationSeconds: number;
  /** Added to the times of picture and sound alike, to put the first frame on the rate's grid. */
  readonly shiftSeconds: number;
  /** How long the last frame is held for sound that goes on. */
  readonly holdSeconds: number;
  /** The time of the film where the package begins; left out when that is 0. */
  readonly startSeconds?: number;
  /** Length of the whole film, when only a part of it is packaged. */
  readonly filmSeconds?: number;
  /** The package goes on to the film's end. */
  readonly isOpen?: boolean;
  /** The frames of that part, when there is a picture. */
  readonly frames?: FrameRange;
  /** How the source's clock becomes the film's, where it jumps. */
  readonly clock?: FilmClock;
}

/** Sound that goes on for less is cut: encoders add that much. */
const AUDIO_SURPLUS_SECONDS = 0.1;

/** A smaller shift looks like the rounding of clocks. */
const SMALLEST_SHIFT_SECONDS = 0.0005;

/**
 * A package lasts as long as its picture or its sound, whichever is longer:
 * nothing of the source is left out.
 *
 * @param rate of the picture; undefined when there is none
 * @param fromFirstFrame time 0 is the first frame: a frame that is not encoded cannot be held
 */
export function planTiming(
  source: SourceInfo,
  rate: Rational | undefined,
  fromFirstFrame = false,
): Timing {
  const { clock } = source;
  const video = videoIn(source);
  const audioEnd = lastEnd(audioIn(source));
  if (video === undefined || rate === undefined)
    return {
      durationSeconds: audioEnd,
      ...{ shiftSeconds: 0, holdSeconds: 0 },
      ...(clock && { clock }),
    };
  const startsLate = video.undecodedSeconds !== undefined;
  const shiftSeconds =
    fromFirstFrame || startsLate
      ? 0 - video.startSeconds
      : toGrid(video.startSeconds, ratio(rate));
  const videoEnd = video.startSeconds + video.durationSeconds;
  const surplus = audioEnd - videoEnd;
  const holdSeconds = surplus > AUDIO_SURPLUS_SECONDS ? surplus : 0;
  return {
    durationSeconds: videoEnd + shiftSeconds + holdSeconds,
    shiftSeconds,
    holdSeconds,
    ...(clock && { clock }),
  };
}

/** Added to times of the source for times of the package. */
export function laterSeconds({
  shiftSeconds,
  startSeconds = 0,
}: Pick<Timing, "shiftSeconds" | "startSeconds">): number {
  return shiftSeconds - startSeconds;
}

/** From a time to the nearest frame of a constant rate. */
function toGrid(seconds: number, framesPerSecond: number): number {
  const nearest = Math.round(seconds * framesPerSecond) / framesPerSecond;
  const shift = nearest - seconds;
  return Math.abs(shift) < SMALLEST_SHIFT_SECONDS ? 0 : shift;
}
