import { access, constants, readdir, rename, rm } from "node:fs/promises";
import { uptime } from "node:os";
import { join } from "node:path";
import { errnoOf } from "../output-error.js";
import type { Job } from "../stamp/job.js";
import { killOrphans } from "../tools/orphans.js";
import { isAlive, THIS_PROCESS } from "../tools/owner.js";
import { isSilent, lastBeat } from "./heartbeat.js";
import { isOfJob, JOURNAL, readJournal, type JournalText } from "./journal.js";
import { takeBack } from "./publication.js";
import {
  claimWork,
  recogniseWork,
  removeWork,
  type FoundWork,
  type Work,
} from "./work.js";

/**
 * Clears what dead runs have left in `target`: their programs, half
 * publications and work folders. With `resume`, encoded files of the same job
 * are moved to `work`, and those of other packages stay for their own next run.
 */
export async function clearDeadWork(
  target: string,
  work: Work,
  job: Job,
  resume: boolean,
): Promise<void> {
  let isAdopted = false;
  for (const name of await readdir(target)) {
    const found = recogniseWork(join(target, name));
    if (found === undefined || !(await isDead(found, work))) continue;
    if (!(await isOpen(found.path))) continue;
    const journal = await readJournal(found.path);
    if (isAnothers(found, journal, job, resume)) continue;
    const claimed = await passOver(() => claimDead(found, target));
    if (claimed === undefined) continue;
    if (resume && !isAdopted && journal && (await isOfJob(journal, job))) {
      await adopt(claimed, work);
      isAdopted = true;
    }
    await passOver(() => removeWork(claimed));
  }
}

/** @returns the folder's new path; undefined when another run was faster */
async function claimDead(
  { path, owner }: FoundWork,
  target: string,
): Promise<string | undefined> {
  if (owner) await killOrphans(owner);
  const claimed = await claimWork(path);
  if (claimed !== undefined) await takeBack(claimed, target);
  return claimed;
}

/** Another user's work can often be renamed, but not removed: it stays as it is, for that user's next run. */
async function isOpen(path: string): Promise<boolean> {
  const { R_OK, W_OK, X_OK } = constants;
  return access(path, R_OK | W_OK | X_OK).then(
    () => true,
    () => false,
  );
}

/** What the system does not let us clear, or what is gone meanwhile, must not stop a run that needs none of it. */
async function passOver<T>(clear: () => Promise<T>): Promise<T | undefined> {
  try {
    return await clear();
  } catch (error) {
    if (!["EACCES", "EPERM", "ENOENT"].includes(errnoOf(error) ?? ""))
      throw error;
    return undefined;
  }
}

async function isDead(found: FoundWork, own: Work): Promise<boolean> {
  if (found.isKept) return true;
  const { owner } = found;
  const lives = owner && isAlive(owner);
  if (lives !== undefined) return !lives;
  try {
    const beats = [
      await lastBeat(found.path),
      await lastBeat(own.path),
    ] as const;
    const isSameHost = owner?.host === THIS_PROCESS.host;
    return isSilent(...beats, isSameHost ? uptime() * 1000 : undefined);
  } catch {
    return false; // gone meanwhile
  }
}

/** Finished steps of another package, which that package's next run may want. */
function isAnothers(
  { isKept }: FoundWork,
  journal: JournalText | undefined,
  job: Job,
  resume: boolean,
): boolean {
  if (journal === undefined || journal.name === job.name) return false;
  return isKept || resume;
}

/** The files first: a journal without them would be a lie. */
async function adopt(claimed: string, work: Work): Promise<void> {
  await rm(work.encoded, { recursive: true });
  await rename(join(claimed, "encoded"), work.encoded);
  await rename(join(claimed, JOURNAL), join(work.path, JOURNAL));
}
