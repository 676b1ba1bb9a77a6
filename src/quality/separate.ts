import type { ChosenQuality, RungFit } from "../plan/ladder-fit.js";
import { kilobits } from "../util/format.js";
import {
  CRF_RANGE,
  CRF_STEP,
  type Point,
  rateAt,
  scoreAt,
  windowsAt,
} from "./curve.js";
import { chooseQuality, type Goal, type MeasuredRung } from "./choose.js";

/** A rung with its size. */
export interface SizedRung extends MeasuredRung {
  readonly width: number;
  readonly height: number;
}

/** A size that holds the picture so well says that the picture has no more: it was enlarged. */
const ENLARGED = 97;

/** A rung must be so much lighter than the one above it. */
const STEP = 0.75;

/** To get there it may lose so much more than others. */
const MORE_LOSS = 1;

/**
 * Chooses the qualities of a ladder. Rungs above what the picture holds, and rungs too near one another, are left out,
 * and the reason is told.
 *
 * @param rungs highest first
 */
export function chooseLadder(
  rungs: readonly SizedRung[],
  goal: Goal,
): RungFit[] {
  const top = highestWorth(rungs, goal);
  const chosen: RungFit[] = [];
  let above: number | undefined;
  for (const [i, rung] of rungs.entries()) {
    const { name, width, height, points, ceiling } = rung;
    const {
      fixed,
      chosen: quality,
      kept,
    } = chooseQuality(rung, goal, i === top);
    const facts = {
      ...{ name, width, height, fixed },
      points: points.map(({ crf, bitrate, score }) => ({
        crf,
        bitrate,
        score,
      })),
      ...(ceiling !== undefined && { ceiling }),
    };
    if (i < top) {
      chosen.push({ ...facts, left: enlargedReason(rungs, top, goal) });
      continue;
    }
    const own = quality ? withWindows(points, quality) : undefined;
    const apart = apartFrom(above, own, { rung, goal, fixed: fixed.score });
    if (apart === "near") {
      chosen.push({
        ...facts,
        left: nearReason(own?.bitrate ?? fixed.bitrate, above),
      });
      continue;
    }
    above = apart?.bitrate ?? fixed.bitrate;
    chosen.push({
      ...facts,
      ...(apart && { chosen: apart }),
      ...(kept !== undefined && { kept }),
    });
  }
  return chosen;
}

function highestWorth(
  rungs: readonly MeasuredRung[],
  { metric }: Goal,
): number {
  if (metric.name !== "vmaf") return 0;
  const enough = rungs.findLastIndex(({ ceiling = 0 }) => ceiling >= ENLARGED);
  return Math.max(0, enough);
}

function enlargedReason(
  rungs: readonly MeasuredRung[],
  top: number,
  { metric }: Goal,
): string {
  const { name = "", ceiling = 0 } = rungs[top] ?? {};
  return `${name} holds all that the picture has (${metric.title} ${ceiling.toFixed(1)} without an encoder): it was enlarged`;
}

function nearReason(bitrate: number, above = 0): string {
  return `with ${kilobits(bitrate)} kbit/s it would be too near the rung above (${kilobits(above)})`;
}

function withWindows(
  points: readonly Point[],
  { crf, bitrate, score }: { crf: number; bitrate: number; score: number },
): ChosenQuality {
  return { crf, bitrate, score, windows: windowsAt(points, crf) };
}

/** A quality that is light enough beside the rung above; a fixed rung is as it is. */
function apartFrom(
  above: number | undefined,
  own: ChosenQuality | undefined,
  {
    rung: { points, bitrate },
    goal: { loss },
    fixed,
  }: { rung: MeasuredRung; goal: Goal; fixed: number },
): ChosenQuality | undefined | "near" {
  const most = STEP * (above ?? Infinity);
  if ((own?.bitrate ?? bitrate) <= most) return own;
  if (own === undefined) return "near";
  for (let crf = own.crf; crf <= CRF_RANGE[1]; crf += CRF_STEP) {
    const [rate, score] = [rateAt(points, crf), scoreAt(points, crf)];
    if (score < fixed - loss - MORE_LOSS) break;
    if (rate <= most) return withWindows(points, { crf, bitrate: rate, score });
  }
  return "near";
}
