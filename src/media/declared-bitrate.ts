import { type Fragments, nthFragment } from "./fragments.js";
import { SMOOTH_TIMESCALE } from "./time.js";
import { averageBitrate, byteLength, type Track } from "./track.js";

/** Seconds over which a peak counts: two fragments of the usual length. */
export const PEAK_SECONDS = 4;

/**
 * What a player must expect over {@link PEAK_SECONDS} of a declared bitrate. Rungs that are encoded to an average stay
 * below it: their peaks are bounded by 1.5 times the planned average and a buffer of two seconds. Those with one
 * quality for the whole film (CRF) have less on average, and the same peaks.
 */
const MOST_OF_DECLARED = 1.75;

/** Of times that are rounded to ticks, in seconds. */
const ROUNDING = 0.001;

/**
 * The largest average of consecutive fragments that last at least {@link PEAK_SECONDS} together, in bits per second;
 * 0 for a shorter film.
 *
 * @param sizes bytes of each fragment
 * @param seconds length of each fragment
 */
export function peakBitrate(
  sizes: ArrayLike<number>,
  seconds: ArrayLike<number>,
): number {
  let [first, bytes, length, peak] = [0, 0, 0, 0];
  for (let i = 0; i < sizes.length; i++) {
    bytes += sizes[i] ?? 0;
    length += seconds[i] ?? 0;
    // The shortest stretch that ends here.
    while (length - (seconds[first] ?? 0) >= PEAK_SECONDS - ROUNDING) {
      bytes -= sizes[first] ?? 0;
      length -= seconds[first++] ?? 0;
    }
    if (length >= PEAK_SECONDS - ROUNDING)
      peak = Math.max(peak, (bytes * 8) / length);
  }
  return Math.round(peak);
}

/** The bitrate that covers a measured average and a measured peak, a whole number of bits per second. */
export function coveringBitrate(average: number, peak: number): number {
  return Math.max(average, Math.ceil(peak / MOST_OF_DECLARED));
}

/** Of the samples of a track, in bits per second. */
export interface Measured {
  readonly average: number;
  /** What covers its peaks too. */
  readonly declared: number;
}

/** Players choose a quality by this number: a bitrate further off misleads them. */
const FURTHEST_OFF = 2;

/** Can players choose by this bitrate? Other makers write nominal ones. */
export function isNear(
  bitrate: number,
  { average, declared }: Measured,
): boolean {
  return (
    bitrate >= average / FURTHEST_OFF && bitrate <= declared * FURTHEST_OFF
  );
}

/**
 * @param sizes bytes of each fragment's samples
 * @param seconds length of each fragment
 */
export function measured(
  sizes: ArrayLike<number>,
  seconds: ArrayLike<number>,
): Measured {
  const bytes = sumOf(sizes);
  const length = Math.max(sumOf(seconds), ROUNDING);
  const average = Math.max(1, Math.round((bytes * 8) / length));
  const declared = coveringBitrate(average, peakBitrate(sizes, seconds));
  return { average, declared };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}

/** A track and how it is cut. */
export interface CutSamples {
  readonly track: Track;
  readonly fragments: Fragments;
}

/**
 * What the manifests declare of a track, in bits per second: of a picture what covers its peaks, of everything else
 * the average. docs/decisions/0004
 */
export function declaredBitrate({ track, fragments }: CutSamples): number {
  const average = averageBitrate(track);
  if (track.format.kind !== "video") return average;
  const { sizes, seconds } = columnsOf(track, fragments);
  return coveringBitrate(average, peakBitrate(sizes, seconds));
}

function columnsOf({ samples }: Track, fragments: Fragments) {
  const sizes = new Float64Array(fragments.count);
  const seconds = new Float64Array(fragments.count);
  for (let i = 0; i < fragments.count; i++) {
    const { firstSample, endSample, duration } = nthFragment(fragments, i);
    sizes[i] = byteLength(samples, firstSample, endSample);
    seconds[i] = duration / SMOOTH_TIMESCALE;
  }
  return { sizes, seconds };
}

/**
 * The same for the rungs of one picture, in their order. A rung with a larger average is declared with more than those
 * below it, so that players keep their order, though a lower one may have larger peaks.
 */
export function declaredBitrates(rungs: readonly CutSamples[]): number[] {
  const declared = rungs.map(declaredBitrate);
  const averages = rungs.map(({ track }) => averageBitrate(track));
  const order = averages
    .map((average, i) => ({ average, i }))
    .sort((a, b) => a.average - b.average || b.i - a.i);
  let last = 0;
  for (const { i } of order) {
    last = Math.max(declared[i] ?? 0, last + 1);
    declared[i] = last;
  }
  return declared;
}
