import { PackError } from "../errors.js";
import { newFragments, type Fragments } from "../media/fragments.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { at, trackEnd, type SampleTable, type Track } from "../media/track.js";

/**
 * Cuts a track at the cut times of the presentation. Every sample lands in
 * exactly one fragment.
 *
 * A picture track must have a sync sample at each cut time, to the tick. A
 * sound fragment holds the frames that begin in its window, as Microsoft's
 * encoders cut.
 *
 * @param track in 10 MHz ticks
 * @param cutTimes ascending, the first 0, in 10 MHz ticks
 * @param name for messages
 * @throws PackError `mux` when a picture track has no sync sample at a cut time
 */
export function cutFragments(
  track: Track,
  cutTimes: readonly Ticks[],
  name: string,
): Fragments {
  const { samples, format } = track;
  const firsts: number[] = [];
  let sample = 0;
  for (const time of cutTimes) {
    while (sample < samples.count && at(samples.decodeTime, sample) < time)
      sample++;
    if (format.kind === "video") requireSyncSample(samples, sample, time, name);
    if (sample < samples.count && sample !== firsts.at(-1)) firsts.push(sample);
  }
  const fragments = newFragments(firsts.length);
  for (const [i, first] of [...firsts, samples.count].entries()) {
    fragments.firstSample[i] = first;
    fragments.time[i] = at(samples.decodeTime, first);
  }
  return fragments;
}

function requireSyncSample(
  samples: SampleTable,
  sample: number,
  time: Ticks,
  name: string,
): void {
  const sampleTime = samples.decodeTime[sample];
  const isSync = sample < samples.count && samples.sync[sample] === 1;
  if (sampleTime === time && isSync && samples.compositionOffset[sample] === 0)
    return;
  const what =
    sample >= samples.count
      ? `the track ends at ${trackEnd(samples)}`
      : `sample ${sample} starts at ${sampleTime}${isSync ? "" : " and is not a key frame"}`;
  throw new PackError(
    "mux",
    `${name}: expected a key frame at ${time} (${time / SMOOTH_TIMESCALE} s); ${what}. Rungs must share cut times.`,
    {
      facts: { rung: name, expected: time, found: sampleTime, sample },
    },
  );
}
