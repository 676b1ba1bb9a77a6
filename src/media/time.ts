/** Whole ticks of some timescale. Never a fraction, never seconds. */
export type Ticks = number;

/** Ticks per second of everything Smooth: 100 ns units. MS-SSTR 2.2.2.1 */
export const SMOOTH_TIMESCALE = 10_000_000;

/** An exact ratio, such as the frame rate 30000/1001. Both parts are positive whole numbers. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

/**
 * Moves a position from one timescale to another, rounded to the nearest tick
 * (halves up), exactly, for negative positions too.
 *
 * Rescale positions only. A duration is the difference of two rescaled positions, so rounding
 * errors never add up.
 *
 * @param position whole ticks of `from`
 * @param from ticks per second, 1 to 2^32
 * @param to ticks per second, 1 to 2^32
 */
export function rescale(position: Ticks, from: number, to: number): Ticks {
  if (from === to) return position;
  const seconds = Math.floor(position / from);
  const rest = position - seconds * from;
  const product = rest * to;
  if (product <= MAX_EXACT_PRODUCT) {
    return seconds * to + Math.floor((2 * product + from) / (2 * from));
  }
  const exact =
    (2n * BigInt(rest) * BigInt(to) + BigInt(from)) / BigInt(2 * from);
  return seconds * to + Number(exact);
}

/** The same for times that a double cannot hold: those of live encoders, which count from 1601 or 1970. */
export function rescaleExact(
  position: bigint,
  from: number,
  to: number,
): bigint {
  if (from === to) return position;
  const [a, b] = [BigInt(from), BigInt(to)];
  const doubled = 2n * position * b + a;
  const quotient = doubled / (2n * a);
  // Towards minus infinity, like Math.floor.
  return doubled % (2n * a) < 0n ? quotient - 1n : quotient;
}

/** Twice this plus a timescale is still a whole number in a double. */
const MAX_EXACT_PRODUCT = 2 ** 51;

/**
 * When frame number `frame` of a constant rate begins.
 * @returns whole ticks of `timescale`, rounded to the nearest
 */
export function frameTime(
  frame: number,
  rate: Rational,
  timescale: number,
): Ticks {
  return rescale(frame * rate.den, rate.num, timescale);
}

/** A ratio as a plain number, for comparisons and for people. */
export function ratio(value: Rational): number {
  return value.num / value.den;
}

/** The same ratio in lowest terms. */
export function reduce(value: Rational): Rational {
  let [a, b] = [value.num, value.den];
  while (b !== 0) [a, b] = [b, a % b];
  return { num: value.num / a, den: value.den / a };
}

/** A time in 10 MHz ticks for people, such as "2.002 s". */
export function secondsText(ticks: Ticks): string {
  return `${(ticks / SMOOTH_TIMESCALE).toFixed(3)} s`;
}
