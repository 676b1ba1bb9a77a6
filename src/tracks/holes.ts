import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import {
  at,
  newTable,
  putRows,
  sampleDuration,
  sliceTable,
  type SampleFile,
  type SampleTable,
  type Track,
} from "../media/track.js";
import { requireLength, silentSamples, silentTable } from "./silence.js";

/** A place where a track has no samples: a lost fragment, a paused recording. */
export interface Hole {
  /** The sample before the hole, which lasts until the hole ends. */
  readonly sample: number;
  readonly time: Ticks;
  readonly length: Ticks;
}

/** Clocks of files round to a millisecond at worst. */
const ROUNDING: Ticks = SMOOTH_TIMESCALE / 1000;

/** The holes of at least one frame of sound. @param samples in 10 MHz ticks */
export function holesInAudio(samples: SampleTable): Hole[] {
  const usual = usualDuration(samples);
  return holesOf(samples, usual, usual - ROUNDING);
}

/** A film may stand still for some frames; a longer stop means that something is missing. */
const STANDS_STILL: Ticks = 0.4 * SMOOTH_TIMESCALE;
const STILL_FRAMES = 8;

/** The places where a picture is held much longer than the others. @param samples in 10 MHz ticks */
export function holesInVideo(samples: SampleTable): Hole[] {
  const usual = usualDuration(samples);
  return holesOf(samples, usual, Math.max(STANDS_STILL, STILL_FRAMES * usual));
}

/** Samples that last longer than usual by at least `least`. */
function holesOf(samples: SampleTable, usual: Ticks, least: Ticks): Hole[] {
  const holes: Hole[] = [];
  for (let i = 0; i < samples.count && usual > 0; i++) {
    const length = sampleDuration(samples, i) - usual;
    if (length < least) continue;
    const time = at(samples.decodeTime, i) + usual;
    holes.push({ sample: i, time, length });
  }
  return holes;
}

/**
 * The sound with its holes filled with whole frames of silence. The last of these gets
 * the length that lets the sound go on when it did.
 *
 * @throws PackError `unsupported` when there is no silence for its channels, or more is
 * missing than a film has: one sample with a wrong time would become years of silence
 */
export function withSilence(
  track: Track,
  holes: readonly Hole[],
  label: string,
): Track {
  if (holes.length === 0) return track;
  requireLength(
    holes.reduce((sum, { length }) => sum + length, 0),
    label,
  );
  const frame = silentSamples(track, label);
  const countIn = ({ length }: Hole) =>
    Math.max(1, Math.round(length / frame.ticks));
  const more = holes.reduce((sum, hole) => sum + countIn(hole), 0);
  const { samples } = track;
  const table = newTable(samples.count + more);
  const files: SampleFile[] = [];
  let row = 0;
  let from = 0;
  const copy = (to: number) => {
    files.push(...filesOf(track, from, to, row));
    putRows(table, row, sliceTable(samples, from, to));
    row += to - from;
    from = to;
  };
  for (const hole of holes) {
    copy(hole.sample + 1);
    files.push({ path: "", firstSample: row, bytes: frame.bytes });
    putRows(table, row, silentTable(countIn(hole), hole.time, frame));
    row += countIn(hole);
  }
  copy(samples.count);
  table.decodeTime[row] = at(samples.decodeTime, samples.count);
  return { ...track, samples: table, files };
}

/** The files of a run of samples that moves to another row. */
function filesOf(
  { files }: Track,
  from: number,
  to: number,
  row: number,
): SampleFile[] {
  return files.flatMap((file, i) => {
    const end = files[i + 1]?.firstSample ?? Infinity;
    const begin = Math.max(file.firstSample, from);
    if (begin >= Math.min(end, to)) return [];
    return [{ ...file, firstSample: row + begin - from }];
  });
}

/** Most films have a few durations, and need no column of them. */
const MOST_DURATIONS = 10_000;

/** The duration of most samples: the median. */
export function usualDuration(samples: SampleTable): Ticks {
  const counts = new Map<Ticks, number>();
  for (let i = 0; i < samples.count; i++) {
    const duration = sampleDuration(samples, i);
    counts.set(duration, (counts.get(duration) ?? 0) + 1);
    if (counts.size > MOST_DURATIONS) return medianOf(samples);
  }
  let before = 0;
  for (const [duration, count] of [...counts].sort(([a], [b]) => a - b)) {
    before += count;
    if (before > samples.count >> 1) return duration;
  }
  throw new RangeError("a track without samples");
}

function medianOf(samples: SampleTable): Ticks {
  const durations = Float64Array.from({ length: samples.count }, (_, i) =>
    sampleDuration(samples, i),
  );
  return at(durations.sort(), samples.count >> 1);
}
