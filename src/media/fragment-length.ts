import {
  frameTime,
  SMOOTH_TIMESCALE,
  ratio,
  type Rational,
  type Ticks,
} from "./time.js";

/**
 * The starts of fragments, the same for all rungs: every `gopFrames` frames of a constant rate,
 * or the frames of a list. The grid is part of the plan, so every rung has the same cuts,
 * wherever it is encoded. Finished files have key frames already: `tracks/cuts-at-key-frames.ts`
 * chooses among them.
 */
export interface FragmentGrid {
  readonly frameRate: Rational;
  /** Frames of a fragment; with `cuts`, frames of the longest one. */
  readonly gopFrames: number;
  /** The first frame of each fragment, ascending from 0, when their lengths differ. */
  readonly cuts?: readonly number[];
  /** A multiple of `gopFrames` where no fragment begins: the frames after it join the previous fragment. */
  readonly joined?: number;
}

/** A part of a picture: its first frame, and the first frame behind it. They count from the begin of the film. */
export interface FrameRange {
  readonly from: number;
  /** Left out when it goes on to the end of the film. */
  readonly to?: number;
}

/** A last fragment shorter than this joins the one before it: players stall on slivers. */
const SHORTEST_TAIL_SECONDS = 0.5;

/**
 * GOPs of the number of whole frames nearest to `gopSeconds`, at least one.
 *
 * @param durationSeconds of the film, if it is known: its short tail then gets no GOP
 */
export function makeGrid(
  frameRate: Rational,
  gopSeconds: number,
  durationSeconds = 0,
): FragmentGrid {
  const frames = Math.round((gopSeconds * frameRate.num) / frameRate.den);
  const length = durationSeconds * ratio(frameRate);
  return joiningTail(
    { frameRate, gopFrames: Math.max(1, frames) },
    // A part of a frame counts as one; rounding errors do not.
    Math.ceil(length - 0.01),
  );
}

/** The start of the tail that joins: a key frame there would lie inside a fragment. */
function joiningTail(grid: FragmentGrid, frameCount: number): FragmentGrid {
  const { frameRate, gopFrames } = grid;
  const begin = Math.floor((frameCount - 1) / gopFrames) * gopFrames;
  return begin > 0 && isShortTail(frameCount - begin, frameRate)
    ? { ...grid, joined: begin }
    : grid;
}

function isShortTail(frames: number, frameRate: Rational): boolean {
  return frames < SHORTEST_TAIL_SECONDS * ratio(frameRate);
}

/**
 * The grid of fragments that already exist.
 *
 * @param cuts the first frame of each fragment, ascending from 0
 * @param frameCount of the whole film
 */
export function gridOf(
  frameRate: Rational,
  cuts: readonly number[],
  frameCount: number,
): FragmentGrid {
  const regular = joiningTail(
    { frameRate, gopFrames: cuts[1] ?? frameCount },
    frameCount,
  );
  const isRegular =
    String(cutFrames(regular, frameCount)) === String([...cuts]);
  if (isRegular) return regular;
  const lengths = cuts.map((cut, i) => (cuts[i + 1] ?? frameCount) - cut);
  const longest = lengths.reduce((a, b) => Math.max(a, b), 1);
  return { frameRate, gopFrames: longest, cuts };
}

/** The first frame of each fragment of a film of `frameCount` frames. */
export function cutFrames(
  { frameRate, gopFrames, cuts: given, joined }: FragmentGrid,
  frameCount: number,
): number[] {
  if (given !== undefined) return given.filter((cut) => cut < frameCount);
  const cuts: number[] = [];
  for (let frame = 0; frame < frameCount; frame += gopFrames)
    if (frame !== joined) cuts.push(frame);
  // The film may be longer or shorter than the plan assumed.
  const tailFrames = frameCount - (cuts.at(-1) ?? 0);
  if (cuts.length > 1 && isShortTail(tailFrames, frameRate)) cuts.pop();
  return cuts;
}

/** The cut times of a film of `frameCount` frames, in 10 MHz ticks; the first is 0. */
export function cutTimes(grid: FragmentGrid, frameCount: number): Ticks[] {
  return cutFrames(grid, frameCount).map((frame) =>
    frameTime(frame, grid.frameRate, SMOOTH_TIMESCALE),
  );
}

/** Cut times of a title without a picture: a regular grid of `gopSeconds`. */
export function audioCutTimes(gopSeconds: number, duration: Ticks): Ticks[] {
  return cutTimes(
    audioGrid(gopSeconds),
    Math.ceil((duration * 1000) / SMOOTH_TIMESCALE),
  );
}

/** A "frame rate" of one millisecond a frame: fine enough for any `gopSeconds`. */
function audioGrid(gopSeconds: number): FragmentGrid {
  return makeGrid({ num: 1000, den: 1 }, gopSeconds);
}
