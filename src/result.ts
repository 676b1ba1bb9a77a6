import { stat } from "node:fs/promises";
import { join } from "node:path";
import { SMOOTH_TIMESCALE } from "./media/time.js";
import type { Delivered } from "./options.js";
import type { LostTime } from "./probe/damage-log.js";
import type { ProtectedPackage } from "./protected-package.js";
import type { VerifyReport } from "./verify/verify.js";

export interface MadePackage {
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
  readonly protection: ProtectedPackage | undefined;
}

/** What the caller is told of a package. */
export async function describePackage(made: MadePackage): Promise<Delivered> {
  const { report, files, folder, target, skipped, lost, notes, protection } =
    made;
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
    ...(protection && { protection }),
    report,
  };
}
