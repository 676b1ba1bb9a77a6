import type { StreamType } from "./address.js";
import { getOrMake } from "./fields.js";

/** A quality of a stream, as in addresses. */
export interface WatchedRung {
  /** Place in the list of its film's rungs. */
  readonly index: number;
  readonly stream: FilmStream;
  readonly bitrate: number;
}

export class FilmStream {
  readonly rungs = new Map<number, WatchedRung>();
  /** The begin of each fragment, in 10 MHz ticks, in the order of their first lines. */
  readonly times: number[] = [];
  /** The duration of each fragment, in ticks; 0 while no line has given it. */
  readonly #durations: number[] = [];
  readonly #places = new Map<number, number>();
  #estimated: readonly number[] = [];

  constructor(
    readonly name: string,
    public type: StreamType,
  ) {}

  /** The place of a fragment in {@link times}. The first duration in a log counts. */
  placeOf(time: number, duration: number | undefined): number {
    const place = getOrMake(this.#places, time, () => {
      this.#durations.push(0);
      return this.times.push(time) - 1;
    });
    if (duration !== undefined) this.#durations[place] ||= duration;
    return place;
  }

  /** The duration in ticks from a log; undefined while no line has given it. */
  toldDuration(place: number): number | undefined {
    return this.#durations[place] || undefined;
  }

  /** The same, estimated from the times of the other fragments. Call it when all logs are read. */
  estimatedDuration(place: number): number {
    if (this.#estimated.length !== this.times.length)
      this.#estimated = estimateDurations(this.times);
    return this.#estimated[place] ?? 0;
  }
}

/** The usual duration, if nothing can be estimated: two seconds, in 10 MHz ticks. */
const USUAL_DURATION = 2e7;

/** A difference so many times the common one has missing fragments in it. */
const GAP = 1.5;

/**
 * Estimates durations from the begins of fragments. A fragment lasts until the next begins. Before
 * a gap, and at the end, it lasts as long as most.
 *
 * @param times begins of a stream's fragments, in ticks, in any order, none twice
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

/** Of several equally common values the smallest: gaps make differences larger, never smaller. */
function mostCommon(values: Float64Array): number | undefined {
  const sorted = Float64Array.from(values).sort();
  let [best, bestCount, count] = [undefined as number | undefined, 0, 0];
  sorted.forEach((value, i) => {
    count = value === sorted[i - 1] ? count + 1 : 1;
    if (count > bestCount) [best, bestCount] = [value, count];
  });
  return best;
}
