import { PackError } from "../errors.js";
import {
  frameTime,
  ratio,
  secondsText,
  SMOOTH_TIMESCALE,
  type Rational,
  type Ticks,
} from "../media/time.js";
import { at, trackEnd, type Track } from "../media/track.js";

/** Clocks of files count milliseconds or better. Far less than half a frame of any rate. */
const TOLERANCE: Ticks = SMOOTH_TIMESCALE / 1000;

/** Programs guess how long the last frame lasts: so far from a frame ffmpeg still makes one of it. */
const END_SHARE = 0.25;

/**
 * The pictures of a track exactly on the frames of a constant rate, so that they
 * share every tick with encoded rungs. Columns are changed in place.
 *
 * @param track in 10 MHz ticks, from 0, decoded at the times at which pictures are shown
 * @throws PackError `mux` when a frame is missing, held, or not where the rate has it
 */
export function onFrames(
  { samples }: Track,
  rate: Rational,
  where: string,
): void {
  const { count, decodeTime, compositionOffset } = samples;
  const exact = (frame: number) => frameTime(frame, rate, SMOOTH_TIMESCALE);
  for (let i = 0; i < count; i++) {
    const found = at(decodeTime, i);
    if (Math.abs(found - exact(i)) > TOLERANCE)
      throw offRate(where, `frame ${i + 1} is shown`, found, exact(i), rate);
  }
  const end = trackEnd(samples);
  if (Math.abs(end - exact(count)) > END_SHARE * exact(1))
    throw offRate(where, "the last frame ends", end, exact(count), rate);
  for (let i = 0; i < count; i++) {
    const shown = at(decodeTime, i) + at(compositionOffset, i);
    const frame = Math.round((shown * ratio(rate)) / SMOOTH_TIMESCALE);
    compositionOffset[i] = exact(frame) - exact(i);
  }
  for (let i = 0; i <= count; i++) decodeTime[i] = exact(i);
}

function offRate(
  where: string,
  what: string,
  found: Ticks,
  expected: Ticks,
  { num, den }: Rational,
): PackError {
  return new PackError(
    "mux",
    `${where}: ${what} at ${secondsText(found)}. Expected ${secondsText(expected)}: frames one by one at ${num}/${den} a second, none held and none dropped.`,
  );
}
