import { PackError } from "../errors.js";
import type { FrameRange } from "../media/fragment-length.js";
import type { MetricName } from "./metric.js";

/** The score of one frame. */
export interface FrameScore {
  /** Counted from 0. */
  readonly frame: number;
  /** Points of VMAF, or SSIM from 0 to 1. */
  readonly value: number;
}

/** Points of VMAF, or decibels of SSIM. */
export interface Score {
  readonly mean: number;
  /** Of each window, about two seconds; undefined: none of its frames has a score. */
  readonly windows: readonly (number | undefined)[];
}

/**
 * The scores in a log of ffmpeg's filter.
 *
 * @throws PackError `tool` for a log of another form
 */
export function frameScores(metric: MetricName, log: string): FrameScore[] {
  const frames = READERS[metric](log);
  if (frames.every(({ value }) => Number.isFinite(value))) return frames;
  throw new PackError("tool", `ffmpeg's log of ${metric} has no scores.`);
}

const READERS: Readonly<Record<MetricName, (log: string) => FrameScore[]>> = {
  vmaf: readVmaf,
  ssim: readSsim,
};

interface VmafLog {
  readonly frames?: readonly {
    readonly frameNum: number;
    readonly metrics: { readonly vmaf: number };
  }[];
}

function readVmaf(log: string): FrameScore[] {
  const { frames = [] } = JSON.parse(log) as VmafLog;
  return frames.map(({ frameNum, metrics }) => ({
    frame: frameNum,
    value: metrics.vmaf,
  }));
}

/** Lines such as `n:1 Y:0.9 U:0.9 V:0.9 All:0.9 (10.2)`. */
function readSsim(log: string): FrameScore[] {
  return [...log.matchAll(/^n:(\d+) .*All:([\d.]+)/gm)].map(([, n, all]) => ({
    frame: Number(n) - 1,
    value: Number(all),
  }));
}

/** @param windows one behind the other, as the reel has them */
export function scoreOf(
  metric: MetricName,
  frames: readonly FrameScore[],
  windows: readonly FrameRange[],
): Score {
  const sums = windows.map(() => ({ total: 0, count: 0 }));
  const ends = endsOf(windows);
  let window = 0;
  for (const { frame, value } of frames) {
    while (frame >= (ends[window] ?? Infinity)) window++;
    const sum = sums[window];
    if (sum === undefined) continue;
    sum.total += value;
    sum.count++;
  }
  const inUnits = UNITS[metric];
  const means = sums.map(({ total, count }) =>
    count === 0 ? undefined : inUnits(total / count),
  );
  const all = frames.reduce((total, { value }) => total + value, 0);
  return { mean: inUnits(all / Math.max(1, frames.length)), windows: means };
}

function endsOf(windows: readonly FrameRange[]): number[] {
  let end = 0;
  return windows.map(({ from, to = from }) => (end += to - from));
}

/** Equal pictures would have infinite decibels. */
const LEAST_DIFFERENCE = 1e-5;

const UNITS: Readonly<Record<MetricName, (mean: number) => number>> = {
  vmaf: (mean) => mean,
  ssim: (mean) => -10 * Math.log10(Math.max(LEAST_DIFFERENCE, 1 - mean)),
};
