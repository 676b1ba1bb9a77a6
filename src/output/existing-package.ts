import { join } from "node:path";
import { PackError } from "../errors.js";
import type { LostTime } from "../probe/source-info.js";
import { exists } from "../util/files.js";
import { faultsIn } from "../verify/finding.js";
import type { VerifyReport } from "../verify/verify.js";
import { filesOf } from "./refusals.js";
import { type Job, readStamp, STAMP_FORM, type Stamp } from "./stamp.js";

/**
 * The state of a package's place: the same package, another one (and the difference), or
 * nothing.
 */
export type ExistingPackage =
  | {
      readonly report: VerifyReport;
      /** The times that the run that made it could not decode. */
      readonly lost: readonly LostTime[];
      readonly difference?: undefined;
    }
  | { readonly report?: undefined; readonly difference: string | undefined };

/**
 * Looks for the finished package of a job: made of the same input with the same settings,
 * complete, and right when read back.
 *
 * @param files names in the package, the .ism last
 * @param verify reads the package back
 * @throws PackError `input` when the source cannot be read, `aborted` when the signal fired
 */
export async function lookAtExisting(
  target: string,
  files: readonly string[],
  job: Job,
  verify: () => Promise<VerifyReport>,
): Promise<ExistingPackage> {
  const manifest = join(target, files.at(-1) ?? "");
  if (!(await exists(manifest)))
    return { difference: await remains(target, files) };
  // The package's own .ism lists its files: its rungs may be other ones.
  const own = await filesOf(manifest);
  const [missing] = await missingFiles(target, own);
  if (missing !== undefined) return { difference: notComplete(missing) };
  const stamp = await readStamp(manifest);
  if (stamp === undefined)
    return { difference: "does not say what it was made of" };
  const difference = await differenceOf(stamp, job, { own, files });
  return difference === undefined ? readBack(stamp, verify) : { difference };
}

/** Files of the package that stand there without an .ism. */
async function remains(
  target: string,
  files: readonly string[],
): Promise<string | undefined> {
  const missing = await missingFiles(target, files);
  if (missing.length === files.length) return undefined;
  return notComplete(files.at(-1) ?? "");
}

export function notComplete(missing: string): string {
  return `is not complete: ${missing} is missing`;
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

/** Names of files: in the existing package, and in the one that would be made. */
interface PackageNames {
  readonly own: readonly string[];
  readonly files: readonly string[];
}

/** Rungs and settings follow from the input, so for another input they tell nothing. */
export async function differenceOf(
  stamp: Stamp,
  { settings, content }: Job,
  { own, files }: PackageNames,
): Promise<string | undefined> {
  if (stamp.source !== (await content?.confirmedHash()))
    return "was made of another input";
  if (stamp.settings === settings) return undefined;
  const lacking = files.slice(0, -1).filter((file) => !own.includes(file));
  const more = own.filter((file) => !files.includes(file));
  if (lacking.length + more.length === 0) return settingsWords(stamp);
  const has = more.length === 0 ? "" : `has ${more.join(", ")}`;
  const lacks = lacking.length === 0 ? "" : `lacks ${lacking.join(", ")}`;
  const which = [has, lacks].filter((words) => words !== "").join(" and ");
  return `was made with other settings: it ${which}`;
}

/** Hashes of two forms always differ, even for equal settings. */
function settingsWords({ form, version }: Stamp): string {
  if (form === STAMP_FORM) return "was made with other settings";
  const age = form < STAMP_FORM ? "an older" : "a newer";
  return `has a stamp of ${age} form (${form}, by mss-pack ${version}; expected ${STAMP_FORM}): whether its settings are the same cannot be told`;
}

async function readBack(
  { lost }: Stamp,
  verify: () => Promise<VerifyReport>,
): Promise<ExistingPackage> {
  try {
    const report = await verify();
    if (faultsIn(report.findings).length === 0) return { report, lost };
    return { difference: "is not valid when read back" };
  } catch (error) {
    if (!(error instanceof PackError) || error.code === "aborted") throw error;
    return { difference: "is not valid when read back" };
  }
}
