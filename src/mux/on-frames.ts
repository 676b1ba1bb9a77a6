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

/**
 * The pictures of a track exactly on the frames of a constant rate, decoded a
 * frame apart: as an encoder writes them, so that they share every tick with
 * encoded rungs. Columns are changed in place.
 *
 * @param track in 10 MHz ticks, from 0
 * @throws PackError `mux` when a frame is missing, held, or not where the rate has it
 */
export function onFrames({ samples }: Track, rate: Rational, where: string) {
  const { count, decodeTime, compositionOffset } = samples;
  const exact = (frame: number) => frameTime(frame, rate, SMOOTH_TIMESCALE);
  const isTaken = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const shown = at(decodeTime, i) + at(compositionOffset, i);
    const frame = Math.round((shown * ratio(rate)) / SMOOTH_TIMESCALE);
    const isFree = isTaken[frame] === 0;
    if (!isFree || Math.abs(shown - exact(frame)) > TOLERANCE)
      throw offRate(where, i, shown, rate);
    isTaken[frame] = 1;
    compositionOffset[i] = exact(frame) - exact(i);
  }
  const end = trackEnd(samples);
  if (Math.abs(end - exact(count)) > TOLERANCE) {
    throw new PackError(
      "mux",
      `${where}: ends at ${secondsText(end)}, its ${count} frames at ${secondsText(exact(count))}. Expected the same.`,
    );
  }
  for (let i = 0; i <= count; i++) decodeTime[i] = exact(i);
}

function offRate(where: string, i: number, shown: Ticks, rate: Rational) {
  return new PackError(
    "mux",
    `${where}: frame ${i + 1} is shown at ${secondsText(shown)}, which is no free frame of a constant ${rate.num}/${rate.den} a second. Expected every frame once, none held and none dropped.`,
  );
}
