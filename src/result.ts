import { stat } from "node:fs/promises";
import { join } from "node:path";
import { SMOOTH_TIMESCALE } from "./media/time.js";
import type { PackResult } from "./options.js";
import type { EncodePlan } from "./plan/encode-plan.js";
import type { LostTime } from "./probe/damage-log.js";
import type { VerifyReport } from "./verify/verify.js";

export interface MadePackage {
  readonly plan: EncodePlan;
  readonly report: VerifyReport;
  /** Names in the package, the .ism last. */
  readonly files: readonly string[];
  /** Where the files lie now. */
  readonly folder: string;
  /** Where they will lie. */
  readonly target: string;
  readonly skipped: boolean;
  readonly lost: readonly LostTime[];
  readonly notes: readonly string[];
}

/** What the caller of `pack` is told. */
export async function packResult(made: MadePackage): Promise<PackResult> {
  const { plan, report, files, folder, target, skipped, lost, notes } = made;
  const sizes = files.map(async (file) => {
    const { size } = await stat(join(folder, file));
    return { file, bytes: size };
  });
  return {
    manifest: join(target, files.at(-1) ?? ""),
    folder: target,
    files: await Promise.all(sizes),
    durationSeconds: report.duration / SMOOTH_TIMESCALE,
    skipped,
    lost,
    notes,
    plan,
    report,
  };
}
