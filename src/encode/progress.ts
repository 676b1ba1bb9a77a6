import type { EncodeProgress, EncodeStep } from "./engine.js";

type ProgressStep = Pick<EncodeStep, "label" | "share">;

/**
 * Reads ffmpeg's `-progress` lines: `key=value`, a report ending with
 * `progress=continue` or `progress=end`.
 *
 * @param durationSeconds length of film that the run encodes
 * @returns a function to feed with each line
 */
export function progressReader(
  durationSeconds: number,
  report: (progress: EncodeProgress) => void,
): (line: string) => void {
  let values: Record<string, string> = {};
  return (line) => {
    const [key = "", value = ""] = line.trim().split(/=\s*/, 2);
    values[key] = value;
    if (key !== "progress") return;
    const done = value === "end" ? 1 : encodedSeconds(values) / durationSeconds;
    report({
      fraction: clamp(done),
      framesPerSecond: numberIn(values["fps"]),
      speed: numberIn(values["speed"]),
    });
    values = {};
  };
}

/** The unit of ffmpeg's out_time_ms has always been microseconds; out_time_us came later. */
function encodedSeconds(values: Readonly<Record<string, string>>): number {
  return numberIn(values["out_time_us"] ?? values["out_time_ms"]) / 1e6;
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

/** "N/A" and the like give 0. */
function numberIn(text: string | undefined): number {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) ? value : 0;
}

/** Of a step that is done, in this run or in an earlier one. */
export const DONE: EncodeProgress = {
  ...{ fraction: 1, framesPerSecond: 0, speed: 0 },
};

/** Speeds are those of so much time: between two pieces a lane has none. */
const WINDOW_SECONDS = 10;

interface Speed {
  readonly framesPerSecond: number;
  readonly speed: number;
}

/**
 * One progress of steps that follow one another or run side by side.
 *
 * @param now a clock, in seconds
 * @returns a function that takes the progress of a step
 */
export function progressOfSteps(
  report: (progress: EncodeProgress & { readonly label: string }) => void,
  now = () => performance.now() / 1000,
): (step: ProgressStep, progress: EncodeProgress) => void {
  const all = new Map<ProgressStep, EncodeProgress>();
  const sum = (of: (progress: EncodeProgress, step: ProgressStep) => number) =>
    [...all].reduce((total, [step, progress]) => total + of(progress, step), 0);
  const overTime = meanSpeed(now);
  return (step, progress) => {
    all.set(step, progress);
    const speed = overTime({
      framesPerSecond: sum(({ framesPerSecond }) => framesPerSecond),
      speed: sum((each) => each.speed),
    });
    if (progress === DONE) return;
    const fraction = sum((each, { share }) => share * each.fraction);
    report({ label: step.label, fraction: Math.min(1, fraction), ...speed });
  };
}

/** @returns a function that takes the speed from now on, and gives that of the last while */
function meanSpeed(now: () => number): (speed: Speed) => Speed {
  let past: (Speed & { readonly since: number })[] = [];
  return (speed) => {
    const end = now();
    const begin = end - WINDOW_SECONDS;
    const isOver = (_: unknown, i: number) =>
      (past[i + 1]?.since ?? Infinity) <= begin;
    past = past.filter((each, i) => !isOver(each, i));
    // Nothing was known before.
    const isFirst = past.length === 0 && speed.speed === 0;
    if (!isFirst) past.push({ ...speed, since: end });
    const lengths = past.map(
      ({ since }, i) => (past[i + 1]?.since ?? end) - Math.max(begin, since),
    );
    const length = lengths.reduce((total, one) => total + one, 0);
    const mean = (of: (each: Speed) => number) =>
      past.reduce((total, each, i) => total + of(each) * (lengths[i] ?? 0), 0) /
      length;
    return length === 0
      ? speed
      : {
          framesPerSecond: mean((each) => each.framesPerSecond),
          speed: mean((each) => each.speed),
        };
  };
}
