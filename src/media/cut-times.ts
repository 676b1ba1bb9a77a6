import {
  frameTime,
  SMOOTH_TIMESCALE,
  ratio,
  type Rational,
  type Ticks,
} from "./time.js";

/**
 * Where fragments begin, for all rungs alike: every `gopFrames` frames of a
 * constant rate. The grid is part of the plan, so that every rung, wherever it
 * is encoded, is cut at the same instants.
 */
export interface FragmentGrid {
  readonly frameRate: Rational;
  readonly gopFrames: number;
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

/** The first frame of each fragment of a film of `frameCount` frames. */
export function cutFrames(
  { frameRate, gopFrames }: FragmentGrid,
  frameCount: number,
): number[] {
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
