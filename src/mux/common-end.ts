import { PackError } from "../errors.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import {
  at,
  sampleDuration,
  trackEnd,
  type SampleTable,
  type Track,
} from "../media/track.js";

/** A last sample shorter than 1 ms is not worth a decoder's while. */
const SHORTEST_SAMPLE: Ticks = SMOOTH_TIMESCALE / 1000;

/**
 * The sound track ended at the picture's last tick: when the two differ by even
 * 10 ms, rx-player warns at the end and dash.js now and then stops early.
 * Frames that would begin later are dropped and the last one's duration is
 * adjusted; the bytes stay as they are.
 *
 * @param track sound in 10 MHz ticks
 * @param end where the picture ends
 * @throws PackError `mux` when the sound is more than a frame too short
 */
export function endTogether(track: Track, end: Ticks, name: string): Track {
  const { samples } = track;
  const missing = end - trackEnd(samples);
  if (missing > sampleDuration(samples, 0)) {
    throw new PackError(
      "mux",
      `${name}: ends at ${trackEnd(samples)}, the picture at ${end}. Expected sound up to the picture's end.`,
    );
  }
  return { ...track, samples: endingAt(samples, end) };
}

function endingAt(samples: SampleTable, end: Ticks): SampleTable {
  let count = samples.count;
  while (count > 1 && at(samples.decodeTime, count - 1) > end - SHORTEST_SAMPLE)
    count--;
  const decodeTime = samples.decodeTime.slice(0, count + 1);
  decodeTime[count] = end;
  return {
    count,
    offset: samples.offset.subarray(0, count),
    size: samples.size.subarray(0, count),
    decodeTime,
    compositionOffset: samples.compositionOffset.subarray(0, count),
    sync: samples.sync.subarray(0, count),
  };
}
