import { PackError } from "../errors.js";
import { SMOOTH_TIMESCALE, type Ticks, secondsText } from "../media/time.js";
import type { Hole } from "./holes.js";
import type { KeyFrame } from "./key-frames.js";

/** What the choice of cuts needs of a rung. */
export interface CutRung {
  /** Its name in messages. */
  readonly label: string;
  readonly keyFrames: readonly KeyFrame[];
  /** Why a key frame of it is left out; used in messages when there are too few key frames. */
  readonly error?: string | undefined;
  /** Where it has no pictures, and one is held: no key frame can be there. */
  readonly held?: readonly Hole[];
}

/** Players hold several fragments in memory. Longer fragments are only made when the user asks for them. */
const LONGEST_FRAGMENT: Ticks = 10 * SMOOTH_TIMESCALE;

/** A fragment may be this many times longer than wanted. */
const LONGEST_SHARE = 3;

/** A shorter last fragment joins the one before it: players stall on slivers. */
const SHORTEST_TAIL: Ticks = SMOOTH_TIMESCALE / 2;

/**
 * Chooses when fragments begin: at key frames that all rungs have at the same tick.
 * Each lies as near as possible to `wanted` after the one before.
 *
 * @param fragmentTicks length of a fragment, in 10 MHz ticks
 * @param end of the film
 * @returns ascending, the first 0
 * @throws PackError `input` naming the first key frame that is not common, when the
 * common ones lie too far apart
 */
export function chooseCuts(
  rungs: readonly CutRung[],
  fragmentTicks: Ticks,
  end: Ticks,
): Ticks[] {
  const longest = Math.max(LONGEST_FRAGMENT, LONGEST_SHARE * fragmentTicks);
  const places = [...commonTimes(rungs).filter((time) => time < end), end];
  const cuts: Ticks[] = [];
  let [i, last] = [0, 0];
  while (last < end) {
    cuts.push(last);
    i = nearest(places, i + 1, last + fragmentTicks);
    const next = places[i] ?? end;
    const held = heldBetween(rungs, last, next);
    if (next - last - held > longest)
      throw tooFarApart(rungs, last, next, longest);
    last = next;
  }
  if (cuts.length > 1 && end - (cuts.at(-1) ?? 0) < SHORTEST_TAIL) cuts.pop();
  return cuts;
}

/** How long all rungs hold a picture between two times. */
function heldBetween(
  rungs: readonly CutRung[],
  from: Ticks,
  until: Ticks,
): Ticks {
  const lengths = rungs.map(({ held = [] }) =>
    held
      .filter(({ time }) => time >= from && time < until)
      .reduce((sum, { length }) => sum + length, 0),
  );
  return Math.min(...lengths);
}

/** The index of the time nearest to `time`, from index `i` on. Of two equally near ones, the earlier. */
function nearest(times: readonly Ticks[], i: number, time: Ticks): number {
  const distance = (k: number) => Math.abs((times[k] ?? Infinity) - time);
  while (distance(i + 1) < distance(i)) i++;
  return i;
}

function commonTimes(rungs: readonly CutRung[]): Ticks[] {
  const [first, ...rest] = rungs.map(
    ({ keyFrames }) => new Set(keyFrames.map(({ time }) => time)),
  );
  return [...(first ?? [])].filter((time) =>
    rest.every((set) => set.has(time)),
  );
}

function tooFarApart(
  rungs: readonly CutRung[],
  from: Ticks,
  until: Ticks,
  longest: Ticks,
): PackError {
  const between = `between ${secondsText(from)} and ${secondsText(until)}`;
  const difference = firstDifference(rungs, from, until);
  const faulty = rungs.find((rung) => rung.error !== undefined);
  const message =
    difference === undefined
      ? `${rungs[0]?.label}: has no key frame ${between} that a fragment can begin with.`
      : `${difference} Rungs must have key frames at the same times; ${between} they share none.`;
  return new PackError(
    "input",
    `${message} Expected one every ${longest / SMOOTH_TIMESCALE} s at least.`,
    {
      hint: faulty
        ? `Some key frames cannot begin a fragment: ${faulty.label}, ${faulty.error}.`
        : "Encode all rungs with the same key frames: a fixed interval and no scene cuts (x264: keyint=min-keyint, scenecut=0).",
      facts: { from, until, fault: faulty?.error },
    },
  );
}

/** A sentence about the first key frame, between two common ones, that one rung has and another lacks. */
function firstDifference(
  rungs: readonly CutRung[],
  after: Ticks,
  until: Ticks,
): string | undefined {
  const nexts = rungs.map(({ label, keyFrames }) => ({
    label,
    key: keyFrames.find(({ time }) => time > after),
  }));
  const timeOf = (key: KeyFrame | undefined) => key?.time ?? Infinity;
  const sorted = nexts.sort((a, b) => timeOf(a.key) - timeOf(b.key));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first?.key === undefined || first.key.time >= until) return undefined;
  return `${first.label}: frame ${first.key.sample + 1} (${exact(first.key.time)}) is a key frame, ${last?.label} has ${nextKey(last?.key)}.`;
}

function nextKey(key: KeyFrame | undefined): string {
  return key === undefined
    ? "none after that"
    : `its next one at frame ${key.sample + 1} (${exact(key.time)})`;
}

/** Exact to the tick: rungs on different clocks differ by less than a millisecond. */
function exact(ticks: Ticks): string {
  return `${(ticks / SMOOTH_TIMESCALE).toFixed(7).replace(/0{1,4}$/, "")} s`;
}
