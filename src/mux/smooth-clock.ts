import { PackError } from "../errors.js";
import { rescale, SMOOTH_TIMESCALE } from "../media/time.js";
import { at, trackEnd, type Track } from "../media/track.js";
import { requireOffset } from "./composition.js";

/**
 * The track in 10 MHz ticks: other timescales break shaka-player, rx-player or
 * VLC. Positions are rescaled and offsets are differences of positions, so that
 * no rounding adds up. The columns are changed in place.
 *
 * @param name for messages
 * @throws PackError `mux` when 10 MHz ticks cannot hold its times
 */
export function onSmoothClock(track: Track, name: string): Track {
  const { timescale, samples } = track;
  const { count, decodeTime, compositionOffset } = samples;
  requireDuration(trackEnd(samples) / timescale, name);
  const rescaled = (position: number) =>
    rescale(position, timescale, SMOOTH_TIMESCALE);
  for (let i = 0; i < count; i++) {
    const decoded = at(decodeTime, i);
    const time = rescaled(decoded);
    const presented = rescaled(decoded + at(compositionOffset, i));
    compositionOffset[i] = requireOffset(presented - time, name);
    decodeTime[i] = time;
  }
  decodeTime[count] = rescaled(at(decodeTime, count));
  return { ...track, timescale: SMOOTH_TIMESCALE };
}

/** 10 MHz ticks are whole numbers up to 2^53: 28 years. */
const LONGEST_SECONDS = 2 ** 53 / SMOOTH_TIMESCALE;

function requireDuration(seconds: number, name: string): void {
  if (seconds < LONGEST_SECONDS) return;
  throw new PackError(
    "mux",
    `${name}: lasts ${seconds} s. Expected less than ${LONGEST_SECONDS}.`,
    { hint: "The file's index is damaged." },
  );
}
