import { PackError } from "../errors.js";
import { rescale, SMOOTH_TIMESCALE } from "../media/time.js";
import { at, trackEnd, type SampleTable, type Track } from "../media/track.js";
import { requireOffset } from "./composition.js";

/**
 * The track in 10 MHz ticks: other timescales break shaka-player, rx-player or
 * VLC. Positions are rescaled and offsets are differences of positions, so that
 * no rounding adds up.
 *
 * @param name for messages
 * @throws PackError `mux` when 10 MHz ticks cannot hold its times
 */
export function onSmoothClock(track: Track, name: string): Track {
  const { timescale, samples } = track;
  requireDuration(trackEnd(samples) / timescale, name);
  const decodeTime = samples.decodeTime.map((time) =>
    rescale(time, timescale, SMOOTH_TIMESCALE),
  );
  return {
    ...track,
    timescale: SMOOTH_TIMESCALE,
    samples: {
      ...samples,
      decodeTime,
      compositionOffset: offsetsOn(samples, timescale, decodeTime, name),
    },
  };
}

function offsetsOn(
  samples: SampleTable,
  timescale: number,
  decodeTime: Float64Array,
  name: string,
): Int32Array {
  return samples.compositionOffset.map((offset, i) => {
    const presented = at(samples.decodeTime, i) + offset;
    const time = rescale(presented, timescale, SMOOTH_TIMESCALE);
    return requireOffset(time - at(decodeTime, i), name);
  });
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
