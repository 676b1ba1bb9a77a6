import { join } from "node:path";
import { PackError } from "../errors.js";
import type { Job } from "../stamp/job.js";
import type { LostTime } from "../probe/damage-log.js";
import { readStamp, type Stamp } from "../stamp/stamp.js";
import type { VerifyReport } from "../verify/verify.js";
import { exists } from "./look.js";

/** What stands where a package should go: the same package, another one (in what), or nothing. */
export type Standing =
  | {
      readonly report: VerifyReport;
      /** What the run that made it could not decode. */
      readonly lost: readonly LostTime[];
      readonly difference?: undefined;
    }
  | { readonly report?: undefined; readonly difference: string | undefined };

/**
 * Looks whether the package of a job is there already: made of the same input
 * with the same settings, complete, and right when read back.
 *
 * @param files names in the package, the .ism last
 * @param verify reads the package back
 * @throws PackError `input` when the source cannot be read, `aborted` when the signal fired
 */
export async function lookAtStanding(
  target: string,
  files: readonly string[],
  job: Job,
  verify: () => Promise<VerifyReport>,
): Promise<Standing> {
  const manifest = join(target, files.at(-1) ?? "");
  const missing = await missingFiles(target, files);
  if (missing.length === files.length) return { difference: undefined };
  if (missing.length > 0)
    return { difference: `is not complete: ${missing[0]} is missing` };
  const stamp = await readStamp(manifest);
  if (stamp === undefined)
    return { difference: "does not say what it was made of" };
  const difference = await differenceOf(stamp, job);
  return difference === undefined ? readBack(stamp, verify) : { difference };
}

async function missingFiles(
  target: string,
  files: readonly string[],
): Promise<string[]> {
  const missing: string[] = [];
  for (const file of files)
    if (!(await exists(join(target, file)))) missing.push(file);
  return missing;
}

/** The source is read only when all else is equal. */
async function differenceOf(
  stamp: Stamp,
  { settings, content }: Job,
): Promise<string | undefined> {
  if (stamp.settings !== settings) return "was made with other settings";
  if (stamp.source !== (await content?.confirmedHash()))
    return "was made of another input";
  return undefined;
}

async function readBack(
  { lost }: Stamp,
  verify: () => Promise<VerifyReport>,
): Promise<Standing> {
  try {
    const report = await verify();
    if (report.findings.length === 0) return { report, lost };
    return { difference: "is wrong when read back" };
  } catch (error) {
    if (!(error instanceof PackError) || error.code === "aborted") throw error;
    return { difference: "is wrong when read back" };
  }
}
