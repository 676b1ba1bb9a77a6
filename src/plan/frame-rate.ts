import { ratio, reduce, type Rational } from "../media/time.js";
import type { FrameTiming } from "../probe/source-info.js";

/** Rates that displays, broadcasters and decoders know. */
const STANDARD_RATES: readonly Rational[] = [
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 30, den: 1 },
  { num: 48, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
  { num: 60, den: 1 },
];

const HIGHEST_RATE: Rational = { num: 60, den: 1 };

/** Clocks of cameras wander by less than this; 24 and 23.976 differ by 0.1 %. */
const SAME_RATE = 0.0004;

/** Frame times of a few seconds measure a rate no better than this. */
const MEASURED_RATE = 0.002;

/** A variable rate may lack up to this share of the frames that the camera was set to. */
const DROPPED_SHARE = 0.03;

/** A rate with a larger share of irregular gaps is called variable. */
const IRREGULAR_SHARE = 0.01;

export interface ChosenRate {
  readonly rate: Rational;
  /** Why the rate differs from the source's; undefined when it is the same. */
  readonly note?: string;
}

/**
 * One constant rate for all rungs: the rate of the real frame times where the file has
 * them, changed to the standard rate that it stands for.
 *
 * @param nominal lowest rate that represents all timestamps
 * @param average frames divided by duration
 * @param timing how far apart frames really are
 */
export function chooseFrameRate(
  nominal: Rational,
  average: Rational,
  timing?: FrameTiming,
): ChosenRate {
  const isConstant = timing
    ? timing.irregularShare <= IRREGULAR_SHARE
    : near(ratio(nominal), ratio(average), 0.002);
  const sourceRate =
    trustedHeader(nominal, average, timing) ??
    timing?.usualRate ??
    (isConstant ? nominal : average);
  if (ratio(sourceRate) > ratio(HIGHEST_RATE) * (1 + SAME_RATE))
    return halved(sourceRate);
  const tolerance =
    sourceRate === timing?.usualRate ? MEASURED_RATE : SAME_RATE;
  const rate =
    standardRate(sourceRate, tolerance) ??
    (isConstant ? sane(sourceRate) : rateForVariable(sourceRate));
  return noteIfVariable(rate, isConstant, average);
}

/** Millisecond clocks over a few frames are less exact than a header whose two rates agree. */
function trustedHeader(
  nominal: Rational,
  average: Rational,
  timing: FrameTiming | undefined,
): Rational | undefined {
  if (timing === undefined || !near(ratio(nominal), ratio(average), SAME_RATE))
    return undefined;
  return near(ratio(timing.usualRate), ratio(nominal), CLOCK_SHARE)
    ? nominal
    : undefined;
}

/** A measured rate this close to the header's confirms it. */
const CLOCK_SHARE = 0.005;

/** The nearest standard rate, if it is near enough. */
function standardRate(
  sourceRate: Rational,
  tolerance: number,
): Rational | undefined {
  const distance = (rate: Rational) =>
    Math.abs(ratio(rate) - ratio(sourceRate));
  const [nearest] = [...STANDARD_RATES].sort(
    (a, b) => distance(a) - distance(b),
  );
  return nearest && near(ratio(sourceRate), ratio(nearest), tolerance)
    ? nearest
    : undefined;
}

/**
 * Keeps an odd rate, unless its parts are too large for a container's clock: then it is
 * rounded to a thousandth.
 */
function sane(rate: Rational): Rational {
  const lowest = reduce(rate);
  if (lowest.num < lowest.den) return LOWEST_RATE;
  if (lowest.num <= LARGEST_CLOCK) return lowest;
  return reduce({
    num: Math.max(1000, Math.round(ratio(rate) * 1000)),
    den: 1000,
  });
}

/** Slower pictures are repeated, or a GOP would be longer than a fragment may be. */
const LOWEST_RATE: Rational = { num: 1, den: 1 };

const LARGEST_CLOCK = 1_000_000;

/** 120 to 60, 119.88 to 59.94: every second frame, so that motion stays even. */
function halved(rate: Rational): ChosenRate {
  let slower = rate;
  while (ratio(slower) > ratio(HIGHEST_RATE) * (1 + SAME_RATE)) {
    slower = { num: slower.num, den: slower.den * 2 };
  }
  const chosen = standardRate(slower, SAME_RATE) ?? sane(slower);
  return {
    rate: chosen,
    note: `frame rate ${rateText(rate)} lowered to ${rateText(chosen)}: Smooth clients decode up to 60`,
  };
}

/** The standard rate just above the average, or the average itself to a thousandth. */
function rateForVariable(average: Rational): Rational {
  const value = ratio(average);
  const above = STANDARD_RATES.find(
    (rate) =>
      ratio(rate) >= value * (1 - SAME_RATE) &&
      ratio(rate) * (1 - DROPPED_SHARE) <= value,
  );
  return (
    above ??
    reduce({ num: Math.max(1000, Math.round(value * 1000)), den: 1000 })
  );
}

function noteIfVariable(
  rate: Rational,
  isConstant: boolean,
  average: Rational,
): ChosenRate {
  if (isConstant) return { rate };
  return {
    rate,
    note: `variable frame rate, ${rateText(average)} on average, made a constant ${rateText(rate)}`,
  };
}

/** A rate for people, such as "29.97". */
export function rateText(rate: Rational): string {
  return String(Math.round(ratio(rate) * 1000) / 1000);
}

function near(a: number, b: number, share: number): boolean {
  return Math.abs(a - b) <= share * b;
}
