import { renameSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { uptime } from "node:os";
import { basename, dirname, join } from "node:path";
import {
  readOwner,
  ownerText,
  THIS_PROCESS,
  type Owner,
  isAlive,
} from "../ffmpeg/owner.js";
import { isAnnounced } from "./publish-journal.js";

/** Hidden from listings and origins; the name identifies the owner. */
const TEMPORARY = ".mss-pack-tmp-";
/** Of a run that failed with `resume`. It has no owner until the next run takes it. */
const KEPT = ".mss-pack-kept-";

/** A folder in which one package is made. */
export interface WorkFolder {
  readonly path: string;
  /** Where encoded files lie, until mux has copied them. */
  readonly encoded: string;
  /** Fires when the folder was taken away. */
  readonly lost: AbortSignal;
  readonly heartbeat: Heartbeat;
}

/**
 * Folders of this process. None outlives it, unless it ends by SIGKILL. The value: whether
 * to keep the folder.
 */
const live = new Map<string, () => boolean>();
process.on("exit", () => {
  for (const [path, isKept] of live) {
    try {
      if (isKept()) renameSync(path, keptPath(path));
      // In the middle of a publication: the next run needs the folder to take it back.
      else if (!isAnnounced(path))
        rmSync(path, { recursive: true, force: true });
    } catch {
      // The disk is gone: the next run clears its remains.
    }
  }
});

/**
 * A new work folder in `target`.
 *
 * @param isKept asked when the process ends in the middle
 */
export async function makeWork(
  target: string,
  isKept: () => boolean,
): Promise<WorkFolder> {
  const path = await mkdtemp(join(target, ownName()));
  live.set(path, isKept);
  try {
    const lost = new AbortController();
    const heartbeat = await startHeartbeat(path, () => lost.abort());
    const encoded = join(path, "encoded");
    await mkdir(encoded);
    return { path, encoded, lost: lost.signal, heartbeat };
  } catch (error) {
    await removeWork(path);
    throw error;
  }
}

/** An existing work folder, recognised by its name. */
export interface FoundWork {
  readonly path: string;
  readonly isKept: boolean;
  /** undefined when the name holds no owner. */
  readonly owner: Owner | undefined;
}

/** @returns undefined when the name is not a work folder's name */
export function recogniseWork(path: string): FoundWork | undefined {
  const name = basename(path);
  const prefix = [TEMPORARY, KEPT].find((start) => name.startsWith(start));
  if (prefix === undefined) return undefined;
  const owner = readOwner(name.slice(prefix.length));
  return { path, isKept: prefix === KEPT, owner };
}

/**
 * Makes another's work folder ours, so that no third run uses it at the same time.
 *
 * @returns its new path; undefined when another run was faster
 */
export async function claimWork(path: string): Promise<string | undefined> {
  const mark = basename(path).slice(-6);
  const claimed = join(dirname(path), `${ownName()}${mark}`);
  try {
    await rename(path, claimed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  live.set(claimed, () => false);
  return claimed;
}

export async function removeWork(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  live.delete(path);
}

/**
 * Ends the work in a folder. Files that cannot be removed are tried again when this
 * process ends. A folder with an old package that could not be put back stays.
 */
export async function closeWork(work: WorkFolder): Promise<void> {
  work.heartbeat.stop();
  if (isAnnounced(work.path)) return;
  await removeWork(work.path).catch(() => undefined);
}

/** Leaves a work folder to the next run. @returns its new path */
export async function keepWork(work: WorkFolder): Promise<string> {
  work.heartbeat.stop();
  const kept = keptPath(work.path);
  await rename(work.path, kept);
  live.delete(work.path);
  return kept;
}

function ownName(): string {
  return `${TEMPORARY}${ownerText(THIS_PROCESS)}-`;
}

function keptPath(path: string): string {
  return join(dirname(path), basename(path).replace(TEMPORARY, KEPT));
}

/**
 * A file in the work folder that is written every few seconds. Runs on other machines and
 * in other containers see this file, but not our process.
 */
const FILE = "alive";
const BEAT_EVERY_MS = 5_000;
/** Longer than any normal pause of a machine or a network. */
const DEAD_AFTER_MS = 60 * 60 * 1000;

interface Heartbeat {
  stop(): void;
}

/**
 * @param onLost called when the folder is gone
 */
async function startHeartbeat(
  work: string,
  onLost: () => void,
): Promise<Heartbeat> {
  const path = join(work, FILE);
  await writeFile(path, ".");
  const beat = () => {
    // Written, not touched, so that the time is from the disk's own clock.
    writeFile(path, ".", { flag: "r+" }).catch((error: unknown) => {
      if (GONE.has((error as NodeJS.ErrnoException).code ?? "")) onLost();
    });
  };
  const timer = setInterval(beat, BEAT_EVERY_MS).unref();
  return { stop: () => clearInterval(timer) };
}

const GONE = new Set(["ENOENT", "ENOTDIR", "ESTALE"]);

/** When a work folder gave its last sign of life, in milliseconds of the disk's clock. */
export async function lastBeat(work: string): Promise<number> {
  const stats = await stat(join(work, FILE)).catch(() => stat(work));
  return stats.mtimeMs;
}

/**
 * Whether a run is dead. A run that cannot be seen from here is dead after a long
 * silence.
 *
 * @param lastSign when it gave its last sign of life, in milliseconds of the disk's clock
 * @param ownWork a living work folder on the same disk: its heartbeat gives the disk's
 * time
 */
export async function isDeadRun(
  owner: Owner | undefined,
  lastSign: () => Promise<number>,
  ownWork: string,
): Promise<boolean> {
  const lives = owner && isAlive(owner);
  if (lives !== undefined) return !lives;
  try {
    const silence = (await lastBeat(ownWork)) - (await lastSign());
    // Older than the last start of this machine: it cannot be a process of now.
    const isSameHost = owner?.host === THIS_PROCESS.host;
    const bootedMs = isSameHost ? uptime() * 1000 : DEAD_AFTER_MS;
    return silence > Math.min(DEAD_AFTER_MS, bootedMs);
  } catch {
    return false; // gone meanwhile
  }
}
