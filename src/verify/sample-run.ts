import {
  numberField,
  numbersField,
  type ParsedBox,
} from "../isobmff/parsed-box.js";

/** What a fragment's own boxes say of its samples; times count from its first decode time. */
export interface SampleRun {
  readonly samples: number;
  readonly bytes: number;
  readonly duration: number;
  /** Composition offset of the first sample. */
  readonly firstOffset: number;
  readonly earliest: number;
  readonly latest: number;
}

/** Sums up a trun, taking defaults from the tfhd. ISO/IEC 14496-12 8.8.7, 8.8.8 */
export function readRun(tfhd: ParsedBox, trun: ParsedBox): SampleRun {
  const samples = numberField(trun, "sample_count");
  const sizes = numbersField(trun, "sample_size");
  const durations = numbersField(trun, "sample_duration");
  const offsets = numbersField(trun, "sample_composition_time_offset");
  const defaultSize = numberField(tfhd, "default_sample_size");
  const defaultDuration = numberField(tfhd, "default_sample_duration");
  const rows = Math.max(sizes.length, durations.length, offsets.length);
  let [time, bytes, earliest, latest] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < rows; i++) {
    const presented = time + (offsets[i] ?? 0);
    const duration = durations[i] ?? defaultDuration;
    bytes += sizes[i] ?? defaultSize;
    time += duration;
    earliest = Math.min(earliest, presented);
    latest = Math.max(latest, presented + duration);
  }
  const firstOffset = offsets[0] ?? 0;
  if (rows > 0)
    return { samples, bytes, duration: time, firstOffset, earliest, latest };
  // Samples without rows are all alike, however many are claimed.
  const duration = samples * defaultDuration;
  return {
    samples,
    bytes: samples * defaultSize,
    duration,
    firstOffset,
    earliest: 0,
    latest: duration,
  };
}
