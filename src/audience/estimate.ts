/** What fragments usually last where nothing can be known: two seconds, in 10 MHz ticks. */
export const USUAL_DURATION = 2e7;

/** A difference that is so many times the common one has fragments between that nobody asked for. */
const GAP = 1.5;

/**
 * How long fragments are, judged by when they begin: until the next one, and
 * where some in between were never asked for, or at the end, as long as most.
 *
 * @param times when fragments of one stream begin, in ticks, in any order, none twice
 * @returns durations in ticks, in the same order
 */
export function estimateDurations(times: readonly number[]): number[] {
  const sorted = Float64Array.from(times).sort();
  const differences = sorted.slice(1).map((time, i) => time - (sorted[i] ?? 0));
  const common = mostCommon(differences) ?? USUAL_DURATION;
  const until = new Map<number, number>();
  differences.forEach((difference, i) =>
    until.set(sorted[i] ?? 0, difference > GAP * common ? common : difference),
  );
  return times.map((time) => until.get(time) ?? common);
}

/** Of several that are equally common the smallest: gaps make differences larger, never smaller. */
function mostCommon(values: Float64Array): number | undefined {
  const sorted = Float64Array.from(values).sort();
  let [best, bestCount, count] = [undefined as number | undefined, 0, 0];
  sorted.forEach((value, i) => {
    count = value === sorted[i - 1] ? count + 1 : 1;
    if (count > bestCount) [best, bestCount] = [value, count];
  });
  return best;
}
