import type { EncodeContext } from "../encode/engine.js";
import { lengthOf } from "../encode/piece.js";
import { progressOfSteps } from "../encode/progress.js";
import {
  type EncodePlan,
  type VideoPlan,
  videoStream,
} from "../plan/encode-plan.js";
import type { LadderFit } from "../plan/ladder-fit.js";
import { withFit } from "../plan/with-fit.js";
import type { AutoLadder } from "../plan/auto-ladder.js";
import { videoIn } from "../probe/source-info.js";
import { Lanes } from "../util/lanes.js";
import type { Goal } from "./choose.js";
import { findScorer, type Scorer } from "./metric.js";
import { hardness } from "./pre-pass.js";
import {
  type ProbedRung,
  probeRungs,
  type RunProgress,
} from "./probe-rungs.js";
import { reelOf } from "./reel.js";
import { sampleWindows, windowCount } from "./sample-frames.js";
import { chooseLadder } from "./separate.js";
import { viewOfFilm } from "./view.js";

export interface FitContext extends EncodeContext {
  /** How many programs run at a time. */
  readonly lanes: number;
}

/** Prime to the length of a GOP and to the pattern of its pictures: others meet key frames too often. */
export const EVERY = 7;

/** So short a film is sampled whole, or nearly. */
const SHORT_SECONDS = 60;

/**
 * Fits the ladder of a plan to its film: encodes samples at a few qualities, scores them, and chooses the cheapest
 * quality that loses no more than is allowed. The same film and settings give the same choice.
 *
 * @returns the plan as it is when it has no picture to encode
 * @throws PackError as the engine does; `usage` when the metric that is asked for cannot be measured
 */
export async function measureLadder(
  plan: EncodePlan,
  ladder: AutoLadder,
  context: FitContext,
): Promise<EncodePlan> {
  const picture = videoStream(plan);
  const source = videoIn(plan.source);
  if (!picture || !source) return plan;
  const scorer = await findScorer(context.tools, ladder.metric);
  const goal = goalOf(scorer, ladder);
  const count = windowCount(plan.durationSeconds);
  const frames = lengthOf(plan, picture, { from: 0 });
  const windows = sampleWindows(picture.grid, frames, count);
  const progress = progressOf(context);
  const beside =
    plan.durationSeconds < SHORT_SECONDS
      ? 1
      : await hardness(plan, picture, windows, {
          ...context,
          onProgress: progress(PRE_PASS),
        });
  const set = {
    ...{ plan, picture, scorer, hardness: beside, every: EVERY, progress },
    reel: reelOf(plan, picture, windows),
    view: viewOfFilm(source, picture),
  };
  const probed = await probeRungs(
    ...([set, new Lanes(context.lanes), context] as const),
  );
  return withFit(plan, {
    ...{ metric: scorer.metric.name, loss: goal.loss, windows, every: EVERY },
    ...(goal.enough !== undefined && { enough: goal.enough }),
    rungs: chooseLadder(sized(picture, probed), goal),
  } satisfies LadderFit);
}

/** Its part of the work, roughly. */
const PRE_PASS = 0.3;

/** @returns a function that gives each run a listener; the share is that of the run in all of the work */
function progressOf({ onProgress }: EncodeContext): RunProgress {
  const report = progressOfSteps((all) => onProgress?.(all));
  return (share) => {
    const step = { label: "", share };
    return (progress) => report(step, progress);
  };
}

function goalOf({ metric }: Scorer, { loss, quality }: AutoLadder): Goal {
  return {
    metric,
    loss: loss ?? metric.usualLoss,
    enough: quality ?? metric.enough,
  };
}

function sized({ rungs }: VideoPlan, probed: readonly ProbedRung[]) {
  return rungs.map(({ name, width, height, bitrate }, i) => {
    const { points = [], ceiling } = probed[i] ?? {};
    return { name, width, height, bitrate, points, ceiling };
  });
}
