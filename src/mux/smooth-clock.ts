import { rescale, SMOOTH_TIMESCALE } from "../media/time.js";
import { at, type SampleTable, type Track } from "../media/track.js";

/**
 * The track in 10 MHz ticks: other timescales break shaka-player, rx-player or
 * VLC. Positions are rescaled and offsets are differences of positions, so that
 * no rounding adds up.
 */
export function onSmoothClock(track: Track): Track {
  const { timescale, samples } = track;
  const decodeTime = samples.decodeTime.map((time) =>
    rescale(time, timescale, SMOOTH_TIMESCALE),
  );
  return {
    ...track,
    timescale: SMOOTH_TIMESCALE,
    samples: {
      ...samples,
      decodeTime,
      compositionOffset: offsetsOn(samples, timescale, decodeTime),
    },
  };
}

function offsetsOn(
  samples: SampleTable,
  timescale: number,
  decodeTime: Float64Array,
): Int32Array {
  return samples.compositionOffset.map((offset, i) => {
    const presented = at(samples.decodeTime, i) + offset;
    return rescale(presented, timescale, SMOOTH_TIMESCALE) - at(decodeTime, i);
  });
}
