import { SMOOTH_TIMESCALE, type Ticks } from "./time.js";

/** A place where a rung has no pictures of its own, in 10 MHz ticks. */
export interface Gap {
  readonly time: Ticks;
  readonly length: Ticks;
}

/** Clocks of rungs differ by less, and no shorter fragment can be missing. */
const SAME: Ticks = SMOOTH_TIMESCALE / 10;

/**
 * The rungs that lack pictures which others have: a client that switches to one of them sees the film stand still.
 * A gap that all have is no rung's fault.
 *
 * @param rungs the gaps of each rung, in the order of the film
 * @returns the numbers of the broken ones. The others have the same gaps: the shortest ones, in as many rungs as
 * possible.
 */
export function brokenRungs(rungs: readonly (readonly Gap[])[]): number[] {
  const total = (gaps: readonly Gap[]) =>
    gaps.reduce((sum, { length }) => sum + length, 0);
  const least = Math.min(...rungs.map(total));
  const best = rungs.filter((gaps) => total(gaps) - least < SAME);
  const countOf = (gaps: readonly Gap[]) =>
    best.filter((other) => areSame(gaps, other)).length;
  const most = Math.max(...best.map(countOf));
  const model = best.find((gaps) => countOf(gaps) === most) ?? [];
  return rungs.flatMap((gaps, i) => (areSame(gaps, model) ? [] : i));
}

function areSame(a: readonly Gap[], b: readonly Gap[]): boolean {
  const isSame = (one: Ticks, other: Ticks) => Math.abs(one - other) < SAME;
  return (
    a.length === b.length &&
    a.every(({ time, length }, i) => {
      const other = b[i];
      return (
        other !== undefined &&
        isSame(time, other.time) &&
        isSame(length, other.length)
      );
    })
  );
}
