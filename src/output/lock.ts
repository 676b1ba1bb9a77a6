import {
  chmod,
  mkdir,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { abortedError, errnoOf } from "../errors.js";
import { ownerText, THIS_PROCESS } from "../ffmpeg/owner.js";
import { exists } from "../util/files.js";
import { isDeadRun, recogniseWork, type WorkFolder } from "./work.js";

/**
 * The lock in the output folder while names of packages change there: a folder with one
 * file, which has the name of the holder's work folder. Every step is a rename that only
 * one of two runs can succeed in: a folder is not renamed onto a folder that holds a
 * file, and a dead holder's file can be renamed only once.
 */
const LOCK = ".mss-pack-lock";
/** The file's name when a lock is free but could not be removed. */
const FREE = "free";
/** A lock is held for some renames and flushes. */
const LOOK_EVERY_MS = 20;

/**
 * Waits for its turn, then does work that no other run in `target` may do at the same
 * time. A lock whose holder is dead is taken over.
 *
 * @throws PackError `aborted` when the signal fired while waiting
 */
export async function withLock<T>(
  target: string,
  work: WorkFolder,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  return claiming(work, async () => {
    while (!(await tryLock(target, work))) {
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {
        throw abortedError(signal);
      });
    }
    try {
      return await run();
    } finally {
      await release(target, work);
    }
  });
}

/** Removes the lock of a dead run. */
export async function clearDeadLock(
  target: string,
  work: WorkFolder,
): Promise<void> {
  await claiming(work, async () => {
    if (!(await exists(join(target, LOCK)))) return;
    if (await tryLock(target, work)) await release(target, work);
  });
}

/** Runs of this process that hold a lock or want one. */
const claimants = new Set<string>();

async function claiming<T>(
  work: WorkFolder,
  run: () => Promise<T>,
): Promise<T> {
  const name = basename(work.path);
  claimants.add(name);
  try {
    return await run();
  } finally {
    claimants.delete(name);
  }
}

async function tryLock(target: string, work: WorkFolder): Promise<boolean> {
  const lock = join(target, LOCK);
  const own = basename(work.path);
  const holder = await holderOf(lock);
  if (holder === undefined)
    return renamed(await offer(target, work), lock, ["ENOTEMPTY", "EEXIST"]);
  if (!(await isFree(target, holder, work))) return false;
  return renamed(join(lock, holder), join(lock, own), ["ENOENT"]);
}

/** @returns undefined when there is no lock */
async function holderOf(lock: string): Promise<string | undefined> {
  try {
    return (await readdir(lock))[0];
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Makes a lock of our own in the work folder, just before use: other machines judge a
 * holder that they cannot see by its time. Every user who may write to the output folder
 * may take it over.
 */
async function offer(target: string, work: WorkFolder): Promise<string> {
  const path = lockIn(work);
  await rm(path, { recursive: true, force: true });
  await mkdir(path);
  const { mode } = await stat(target);
  await chmod(path, (mode & 0o777) | 0o700).catch(() => undefined); // FAT has no modes
  await writeFile(join(path, basename(work.path)), "");
  return path;
}

/**
 * A living holder has its work folder. A holder of this process without a work folder
 * could not release its lock: the disk was gone.
 */
async function isFree(
  target: string,
  holder: string,
  own: WorkFolder,
): Promise<boolean> {
  const path = join(target, holder);
  if (holder === FREE || !(await exists(path))) return true;
  const owner = recogniseWork(path)?.owner;
  if (owner && ownerText(owner) === ownerText(THIS_PROCESS))
    return !claimants.has(holder);
  const sign = async () => (await stat(join(target, LOCK))).mtimeMs;
  return isDeadRun(owner, sign, own.path);
}

/** @returns false when another run was faster: the system then gives one of these codes */
async function renamed(
  from: string,
  to: string,
  lost: readonly string[],
): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const code = errnoOf(error) ?? "";
    // Windows reports only that a folder is in the way.
    const isInTheWay = code === "EPERM" && process.platform === "win32";
    if (lost.includes(code) || isInTheWay) return false;
    throw error;
  }
}

async function release(target: string, work: WorkFolder): Promise<void> {
  const lock = join(target, LOCK);
  const own = join(lock, basename(work.path));
  if (!(await exists(own))) return; // another run took it over while we were silent for too long
  await rename(lock, lockIn(work))
    // In a folder like /tmp a user cannot remove another user's files.
    .catch(() => rename(own, join(lock, FREE)))
    .catch(() => undefined);
}

function lockIn(work: WorkFolder): string {
  return join(work.path, "lock");
}
