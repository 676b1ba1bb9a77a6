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

/** Hidden from listings and origins; the name tells whose work it is. */
const TEMPORARY = ".mss-pack-tmp-";
/** Of a run that failed with `resume`: nobody's, until the next run takes it. */
const KEPT = ".mss-pack-kept-";

/** A folder in which one package is made. */
export interface Work {
  readonly path: string;
  /** Where encoded files lie, until mux has copied them. */
  readonly encoded: string;
  /** Fires when the folder was taken away. */
  readonly lost: AbortSignal;
  readonly heartbeat: Heartbeat;
}

/** Folders of this process; none outlives it, however it ends (but by SIGKILL). The value: is it to be kept? */
const live = new Map<string, () => boolean>();
process.on("exit", () => {
  for (const [path, isKept] of live) {
    try {
      if (isKept()) renameSync(path, keptPath(path));
      // In the middle of a publication: the next run must know, to take it back.
      else if (!isAnnounced(path))
        rmSync(path, { recursive: true, force: true });
    } catch {
      // The disk is gone: the next run clears what is left on it.
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
): Promise<Work> {
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

/** A work folder that was found, by its name. */
export interface FoundWork {
  readonly path: string;
  readonly isKept: boolean;
  /** undefined when the name does not tell. */
  readonly owner: Owner | undefined;
}

/** @returns undefined when the name is not that of a work folder */
export function recogniseWork(path: string): FoundWork | undefined {
  const name = basename(path);
  const prefix = [TEMPORARY, KEPT].find((start) => name.startsWith(start));
  if (prefix === undefined) return undefined;
  const owner = readOwner(name.slice(prefix.length));
  return { path, isKept: prefix === KEPT, owner };
}

/**
 * Makes another's work folder ours, so that no third run does with it what we do.
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
 * Ends the work in a folder. What cannot be removed is tried again when this
 * process ends. A folder with an old package that could not be put back stays.
 */
export async function closeWork(work: Work): Promise<void> {
  work.heartbeat.stop();
  if (isAnnounced(work.path)) return;
  await removeWork(work.path).catch(() => undefined);
}

/** Leaves a work folder to the next run. @returns its new path */
export async function keepWork(work: Work): Promise<string> {
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
 * A file in the work folder that is written every few seconds: runs on other
 * machines and in other containers cannot see our process, but they can see that.
 */
const FILE = "alive";
const BEAT_EVERY_MS = 5_000;
/** Long after any pause of a machine or a network that one would wait for. */
const DEAD_AFTER_MS = 60 * 60 * 1000;

interface Heartbeat {
  stop(): void;
}

/**
 * @param onLost called when the folder is not there any more
 */
async function startHeartbeat(
  work: string,
  onLost: () => void,
): Promise<Heartbeat> {
  const path = join(work, FILE);
  await writeFile(path, ".");
  const beat = () => {
    // Written, not touched: so the time is that of the disk's own clock.
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
 * Whether a run is dead; one that cannot be seen from here is, after a long silence.
 *
 * @param lastSign when it gave its last sign of life, in milliseconds of the disk's clock
 * @param ownWork a living work folder on the same disk: its heart tells what time it is there
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
    // Since before this machine was started: it cannot be one of now.
    const isSameHost = owner?.host === THIS_PROCESS.host;
    const bootedMs = isSameHost ? uptime() * 1000 : DEAD_AFTER_MS;
    return silence > Math.min(DEAD_AFTER_MS, bootedMs);
  } catch {
    return false; // gone meanwhile
  }
}
