import {
  frameTime,
  SMOOTH_TIMESCALE,
  ratio,
  type Rational,
  type Ticks,
} from "./time.js";

/**
 * Where fragments begin, for all rungs alike: every `gopFrames` frames of a
 * constant rate, or at the frames of a list. The grid is part of the plan, so
 * that every rung, wherever it is encoded, is cut at the same instants.
 */
export interface FragmentGrid {
  readonly frameRate: Rational;
  /** Frames of a fragment; with `cuts`, of the longest one. */
  readonly gopFrames: number;
  /** The first frame of each fragment, ascending from 0, where they are not equally long. */
  readonly cuts?: readonly number[];
}

/** A last fragment shorter than this joins the one before it: players stall on slivers. */
const SHORTEST_TAIL_SECONDS = 0.5;

/** GOPs of as many whole frames as come nearest to `gopSeconds`, at least one. */
export function makeGrid(
  frameRate: Rational,
  gopSeconds: number,
): FragmentGrid {
  const frames = Math.round((gopSeconds * frameRate.num) / frameRate.den);
  return { frameRate, gopFrames: Math.max(1, frames) };
}

/**
 * The grid of fragments that are given already.
 *
 * @param cuts the first frame of each fragment, ascending from 0
 * @param frameCount of the whole film
 */
export function gridOf(
  frameRate: Rational,
  cuts: readonly number[],
  frameCount: number,
): FragmentGrid {
  const regular = { frameRate, gopFrames: cuts[1] ?? frameCount };
  const isRegular =
    String(cutFrames(regular, frameCount)) === String([...cuts]);
  if (isRegular) return regular;
  const lengths = cuts.map((cut, i) => (cuts[i + 1] ?? frameCount) - cut);
  const longest = lengths.reduce((a, b) => Math.max(a, b), 1);
  return { frameRate, gopFrames: longest, cuts };
}

/** The first frame of each fragment of a film of `frameCount` frames. */
export function cutFrames(
  { frameRate, gopFrames, cuts: given }: FragmentGrid,
  frameCount: number,
): number[] {
  if (given !== undefined) return given.filter((cut) => cut < frameCount);
  const cuts: number[] = [];
  for (let frame = 0; frame < frameCount; frame += gopFrames) cuts.push(frame);
  const tailFrames = frameCount - (cuts.at(-1) ?? 0);
  if (cuts.length > 1 && tailFrames < SHORTEST_TAIL_SECONDS * ratio(frameRate))
    cuts.pop();
  return cuts;
}

/** The cut times of a film of `frameCount` frames, in 10 MHz ticks; the first is 0. */
export function cutTimes(grid: FragmentGrid, frameCount: number): Ticks[] {
  return cutFrames(grid, frameCount).map((frame) =>
    frameTime(frame, grid.frameRate, SMOOTH_TIMESCALE),
  );
}

/** Cut times of a title without a picture: a plain grid of `gopSeconds`. */
export function cutTimesOfSound(gopSeconds: number, duration: Ticks): Ticks[] {
  return cutTimes(
    soundGrid(gopSeconds),
    Math.ceil((duration * 1000) / SMOOTH_TIMESCALE),
  );
}

/** A "frame rate" of one millisecond a frame: fine enough for any `gopSeconds`. */
function soundGrid(gopSeconds: number): FragmentGrid {
  return makeGrid({ num: 1000, den: 1 }, gopSeconds);
}
