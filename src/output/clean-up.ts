import { constants, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { killOrphans } from "../ffmpeg/owner.js";
import { exists } from "../util/files.js";
import { passOver } from "./errors.js";
import {
  isOfJob,
  JOURNAL,
  otherJobText,
  readJournal,
  type JournalText,
} from "./journal.js";
import { clearDeadLock, withLock } from "./lock.js";
import { isAnnounced } from "./publish-journal.js";
import { takeBack } from "./rollback.js";
import type { Job } from "./stamp.js";
import {
  isDeadRun,
  lastBeat,
  claimWork,
  recogniseWork,
  removeWork,
  type FoundWork,
  type WorkFolder,
} from "./work.js";

export interface ClearOptions {
  /** Resume from encoded files of the same job. */
  readonly resume: boolean;
  /** Ends the wait for other runs. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Clears the remains of dead runs in `target`: their programs, half publications and work
 * folders. With `resume`, encoded files of the same job move to `work`, and files of
 * other packages stay for their own next run.
 *
 * @returns a note when `resume` finds steps of this package that it cannot resume
 */
export async function clearDeadWork(
  target: string,
  work: WorkFolder,
  job: Job,
  { resume, signal }: ClearOptions,
): Promise<string | undefined> {
  await passOver(() => clearDeadLock(target, work));
  let isAdopted = false;
  let other: string | undefined;
  for (const name of await readdir(target)) {
    const foundWork = recogniseWork(join(target, name));
    if (foundWork === undefined || !(await isDead(foundWork, work))) continue;
    // Another user's work can often be renamed but not removed. It stays for that user's next run.
    if (
      !(await exists(
        foundWork.path,
        constants.R_OK | constants.W_OK | constants.X_OK,
      ))
    )
      continue;
    if (!(await isTakenBack(foundWork.path, target, work, signal))) continue;
    const journal = await readJournal(foundWork.path);
    if (isAnothers(foundWork, journal, job, resume)) continue;
    const claimed = await passOver(() => claimDead(foundWork));
    if (claimed === undefined) continue;
    if (resume && !isAdopted && journal && (await isOfJob(journal, job))) {
      await adopt(claimed, work);
      isAdopted = true;
    } else if (journal) other ??= otherJobText(journal, job);
    await passOver(() => removeWork(claimed));
  }
  if (!resume || isAdopted || other === undefined) return undefined;
  return `--resume: encodes the kept rungs anew, because ${other}`;
}

/** @returns the folder's new path; undefined when another run was faster */
async function claimDead({
  path,
  owner,
}: FoundWork): Promise<string | undefined> {
  if (owner) await killOrphans(owner);
  return claimWork(path);
}

/**
 * Under the lock, because other publishing runs take back what they find. Before the
 * folder is claimed, so no file is moved while the folder's name changes.
 *
 * @returns false when it must stay as it is
 */
async function isTakenBack(
  path: string,
  target: string,
  work: WorkFolder,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!isAnnounced(path)) return true;
  const done = await passOver(() =>
    withLock(target, work, signal, async () => {
      await takeBack(path, target);
      return true;
    }),
  );
  return done ?? false;
}

async function isDead(foundWork: FoundWork, own: WorkFolder): Promise<boolean> {
  if (foundWork.isKept) return true;
  return isDeadRun(foundWork.owner, () => lastBeat(foundWork.path), own.path);
}

/** Finished steps of another package, for that package's next run. */
function isAnothers(
  { isKept }: FoundWork,
  journal: JournalText | undefined,
  job: Job,
  resume: boolean,
): boolean {
  if (journal === undefined || journal.name === job.name) return false;
  return isKept || resume;
}

/** The files move first: a journal must not list files that are not there. */
async function adopt(claimed: string, work: WorkFolder): Promise<void> {
  await rm(work.encoded, { recursive: true });
  await rename(join(claimed, "encoded"), work.encoded);
  await rename(join(claimed, JOURNAL), join(work.path, JOURNAL));
}
