import { PackError } from "../errors.js";
import { requireEncoders } from "../ffmpeg/find.js";
import { describeJob } from "../output/job.js";
import { refusePlace } from "../output/refusals.js";
import {
  allRungs,
  requiredEncoders,
  type EncodePlan,
} from "../plan/encode-plan.js";
import { refuseCutOff } from "./damage.js";
import { existingPackage } from "./finish-package.js";
import { packageFiles } from "./formats.js";
import { probeAndPlan } from "./probe-and-plan.js";
import type {
  ResolvedOptions,
  ResolvedPlanOptions,
} from "./resolve-options.js";

/** The result that a job would have, and its refusal before the work. */
export interface DryRun {
  readonly plan: EncodePlan;
  /** The same package stands there already, and the job would leave it alone. */
  readonly isSkipped: boolean;
  /** The error that the job would throw. */
  readonly refusal?: PackError;
}

export interface DryRunOptions extends ResolvedPlanOptions {
  readonly salvage: boolean;
  /** The place of the package, when one is given. */
  readonly target?: ResolvedOptions | undefined;
}

/**
 * Goes as far as `pack` does before its work. Nothing is written.
 *
 * @throws PackError `input` or `aborted`, when there is no plan
 */
export async function dryRun(
  input: string,
  options: DryRunOptions,
): Promise<DryRun> {
  const plan = await probeAndPlan(input, options, true);
  try {
    refuseCutOff(plan, options.salvage);
    await requireEncoders(options.tools.ffmpeg, requiredEncoders(plan));
    const { target } = options;
    const isSkipped = target !== undefined && (await lookAt(plan, target));
    return { plan, isSkipped };
  } catch (error) {
    if (!(error instanceof PackError) || error.code === "aborted") throw error;
    return { plan, isSkipped: false, refusal: error };
  }
}

/** @returns true when the package is there already, false when it may be made */
async function lookAt(
  plan: EncodePlan,
  target: ResolvedOptions,
): Promise<boolean> {
  const { formats, tools, signal } = target;
  const rungFiles = allRungs(plan).map(({ file }) => file);
  const files = packageFiles(formats, plan.name, rungFiles);
  const job = await describeJob(plan, tools, target, signal);
  try {
    const existing = await existingPackage(job, files, target);
    if (existing.delivered) return true;
    await refusePlace({
      ...target,
      ...{ files, difference: existing.difference },
      sources: [plan.source.path],
      neededBytes: plan.estimate.diskBytes,
    });
    return false;
  } finally {
    job.content?.close();
  }
}
