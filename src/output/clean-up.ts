import { constants, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { killOrphans } from "../ffmpeg/owner.js";
import { exists, syncFolder } from "../util/files.js";
import { passOver } from "./errors.js";
import {
  isOfJob,
  JOURNAL,
  otherJobText,
  readJournal,
  type JournalText,
} from "./journal.js";
import { clearDeadLock, withLock } from "./lock.js";
import {
  isAnnounced,
  moveNew,
  asideIn,
  isInPlace,
  placedFile,
  readPublication,
  retract,
  type PlacedFile,
  type Publication,
} from "./publish-journal.js";
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
  return `--resume: encodes anew what was kept, because ${other}`;
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

/**
 * Ends a half publication. While an .ism stands there is nothing to do: it is the new
 * one, which comes last, or the old one, which goes first. Without an .ism the old
 * package is put back.
 *
 * Only for the holder of the lock: no other run is in the middle of a publication then.
 *
 * @param work the work folder of the run that published
 * @throws PackError `exists` when something else stands under a name of the old package
 */
async function takeBack(work: string, target: string): Promise<void> {
  const publication = await readPublication(work);
  const manifest = publication?.fresh.at(-1)?.file;
  if (publication && manifest !== undefined)
    if ((await placedFile(target, manifest)) === undefined)
      await undo(work, target, publication);
  await retract(work);
}

/** Does the same for all other runs' work folders in `target`. */
export async function takeBackOthers(
  target: string,
  ownWork: string,
): Promise<void> {
  for (const name of await readdir(target)) {
    const path = join(target, name);
    if (path === ownWork || recogniseWork(path) === undefined) continue;
    if (isAnnounced(path)) await passOver(() => takeBack(path, target));
  }
}

/**
 * Removes the files of the new package and puts the old one back. At no moment, not even
 * after a power cut, does an .ism stand over missing files.
 */
export async function undo(
  work: string,
  target: string,
  { fresh, old }: Publication,
): Promise<void> {
  const manifest = fresh.at(-1)?.file;
  for (const placedFile of [...fresh].reverse()) {
    if (await isInPlace(target, placedFile))
      await rm(join(target, placedFile.file));
    if (placedFile.file === manifest) await syncFolder(target);
  }
  let isWhole = true;
  for (const placed of old) {
    if (placed.file === manifest) {
      if (!isWhole) continue;
      await syncFolder(target);
    }
    isWhole = (await putBack(work, target, placed)) && isWhole;
  }
  await syncFolder(target);
}

/** @returns false when the file is gone */
async function putBack(
  work: string,
  target: string,
  placed: PlacedFile,
): Promise<boolean> {
  if (await isInPlace(target, placed)) return true;
  const aside = asideIn(work);
  if (!(await isInPlace(aside, placed))) return false;
  await moveNew(join(aside, placed.file), join(target, placed.file));
  return true;
}
