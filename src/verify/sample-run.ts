import { numberField, type ParsedBox } from "../isobmff/parsed-box.js";
import type { TrunRows } from "../isobmff/trun-rows.js";

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
export function readRun(tfhd: ParsedBox, trun: TrunRows): SampleRun {
  const defaultSize = numberField(tfhd, "default_sample_size");
  const defaultDuration = numberField(tfhd, "default_sample_duration");
  const { count } = trun;
  if (!trun.hasRows) return alike(count, defaultSize, defaultDuration);
  let [time, bytes, earliest, latest] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const presented = time + (trun.compositionOffset(i) ?? 0);
    const duration = trun.duration(i) ?? defaultDuration;
    bytes += trun.size(i) ?? defaultSize;
    time += duration;
    earliest = Math.min(earliest, presented);
    latest = Math.max(latest, presented + duration);
  }
  return {
    ...{ samples: count, bytes, duration: time, earliest, latest },
    firstOffset: count > 0 ? (trun.compositionOffset(0) ?? 0) : 0,
  };
}

/** Samples without rows are all alike, however many are claimed. */
function alike(samples: number, size: number, each: number): SampleRun {
  const duration = samples * each;
  return {
    ...{ samples, bytes: samples * size, duration },
    ...{ firstOffset: 0, earliest: 0, latest: duration },
  };
}
