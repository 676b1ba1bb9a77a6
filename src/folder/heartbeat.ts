import { stat, writeFile } from "node:fs/promises";
import { uptime } from "node:os";
import { join } from "node:path";
import { isAlive, THIS_PROCESS, type Owner } from "../ffmpeg/owner.js";

/**
 * A file in the work folder that is written every few seconds: runs on other
 * machines and in other containers cannot see our process, but they can see that.
 */
const FILE = "alive";
const BEAT_EVERY_MS = 5_000;
/** Long after any pause of a machine or a network that one would wait for. */
const DEAD_AFTER_MS = 60 * 60 * 1000;

export interface Heartbeat {
  stop(): void;
}

/**
 * @param onLost called when the folder is not there any more
 */
export async function startHeartbeat(
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
