import {
  CRF_RANGE,
  CRF_STEP,
  crfAtRate,
  type Point,
  rateAt,
  scoreAt,
} from "./curve.js";
import type { Metric } from "./metric.js";

/** A rung of the fixed ladder, and what samples of it have shown. */
export interface MeasuredRung {
  readonly name: string;
  /** Average of the fixed ladder, in bits per second. */
  readonly bitrate: number;
  /** Ascending by their crf; those that the rung's peak limits are left out. */
  readonly points: readonly Point[];
  /** The best score that its size can have; left out for the highest rung, and where nothing tells. */
  readonly ceiling?: number | undefined;
}

/** What the owner of a film allows. */
export interface Goal {
  readonly metric: Metric;
  /** A rung may lose so much against the fixed ladder, in units of the metric. */
  readonly loss: number;
  /** More than this the highest rung does not need; undefined: no such number. */
  readonly enough: number | undefined;
}

/** What samples promise of a rung. */
export interface Promised {
  readonly bitrate: number;
  readonly score: number;
}

export interface QualityChoice {
  /** What the rung of the fixed ladder would be. */
  readonly fixed: Promised;
  /** x264's quality, and what it gives; left out: the fixed rung is kept. */
  readonly chosen?: Promised & { readonly crf: number };
  /** Why it is kept. */
  readonly kept?: string;
}

/** Samples miss the film's score by so much on average: the aim is a little higher. */
const MARGIN: Readonly<Record<Metric["name"], number>> = {
  vmaf: 0.3,
  ssim: 0.05,
};

/** A rung that spends nearly all of its bits saves nothing. */
const NEARLY_ALL = 0.95;

const NO_SAVING = "no saving found: the film needs these bits";

/** Chooses a quality for one rung. @param isTop it is the highest */
export function chooseQuality(
  rung: MeasuredRung,
  goal: Goal,
  isTop: boolean,
): QualityChoice {
  const { points, bitrate } = rung;
  const fixed = fixedRung(rung);
  const doubt = doubtOf(rung, fixed, goal);
  if (doubt !== undefined) return { fixed, kept: doubt };
  const aim = aimOf(rung, fixed.score, goal, isTop);
  const crf = largestCrf(points, aim + MARGIN[goal.metric.name], bitrate);
  if (crf === undefined) return { fixed, kept: NO_SAVING };
  const chosen = {
    crf,
    bitrate: rateAt(points, crf),
    score: scoreAt(points, crf),
  };
  return chosen.bitrate > NEARLY_ALL * fixed.bitrate
    ? { fixed, kept: NO_SAVING }
    : { fixed, chosen };
}

/** x264 never spends more than this on an easy film, whatever its bitrate is. */
const BEST_CRF = 10;

/** A bitrate and the quality of the same bits look alike: within a point, in ten films. */
function fixedRung({ bitrate, points }: MeasuredRung): Promised {
  const spent = Math.min(bitrate, rateAt(points, BEST_CRF));
  const crf = Math.max(CRF_RANGE[0], crfAtRate(points, spent));
  return { bitrate: spent, score: scoreAt(points, crf) };
}

/** What is above enough, or near what the size can show, may be lost; where nobody knows what that is, anything. */
function aimOf(
  { ceiling }: MeasuredRung,
  fixed: number,
  { metric, loss, enough = -Infinity }: Goal,
  isTop: boolean,
): number {
  const { belowCeiling = 0 } = metric;
  const most = isTop ? enough : (ceiling ?? -Infinity) - belowCeiling;
  return Math.max(fixed - loss, Math.min(fixed, most));
}

/** The largest crf whose score is high enough, and whose rate is not above the fixed rung's. */
function largestCrf(
  points: readonly Point[],
  aim: number,
  bitrate: number,
): number | undefined {
  const [least, most] = CRF_RANGE;
  for (let crf: number = most; crf >= least; crf -= CRF_STEP)
    if (scoreAt(points, crf) >= aim)
      return rateAt(points, crf) <= bitrate ? crf : undefined;
  return undefined;
}

/** A picture of noise: twice the bits, and the score does not see it. A good picture may be flat as well. */
const FLAT_SLOPE = 1;
const GOOD_VMAF = 90;
const FLAT_SSIM = 0.3;
/** Below, SSIM sees noise alone. */
const LEAST_SSIM = 10;

/** Why the scores tell nothing; undefined when they do. */
function doubtOf(
  { points }: MeasuredRung,
  fixed: Promised,
  { metric }: Goal,
): string | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 3)
    return "its peak limits nearly every quality";
  const gain = first.score - last.score;
  const doublings = Math.log2(first.bitrate / last.bitrate);
  if (metric.name === "ssim") {
    if (fixed.score < LEAST_SSIM)
      return `SSIM sees only noise (${fixed.score.toFixed(1)} dB)`;
    return gain < FLAT_SSIM ? "SSIM does not see more bits" : undefined;
  }
  const isFlat = gain < FLAT_SLOPE * doublings && fixed.score < GOOD_VMAF;
  return isFlat ? "VMAF does not see more bits" : undefined;
}
