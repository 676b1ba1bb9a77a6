import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import {
  isAlive,
  isThere,
  ownerText,
  THIS_PROCESS,
  type Owner,
} from "./owner.js";

/** Every program that we start carries our name in its environment, and so does what it starts itself. */
const VARIABLE = "MSS_PACK_OWNER";
export const OWNER_ENVIRONMENT = { [VARIABLE]: ownerText(THIS_PROCESS) };

/**
 * Kills the programs of a process that was itself killed outright: an ffmpeg
 * left over would go on for hours, on a disk and on cores that others need.
 * Does nothing unless the process is known to be dead, and nothing where there
 * is no /proc.
 */
export async function killOrphans(owner: Owner): Promise<void> {
  if (isAlive(owner) !== false) return;
  const pids = await programsOf(owner);
  for (const pid of pids) kill(pid);
  // A killed program gives its disk space back when it is gone, a moment later.
  for (let i = 0; i < LONGEST_WAIT && pids.some(isThere); i++) await delay(20);
}

/** In turns of 20 ms: a program stuck in a broken disk may stay for ever. */
const LONGEST_WAIT = 100;

/** Numbers of the programs that a process has started and that run now. */
export async function programsOf(owner: Owner): Promise<number[]> {
  const mark = `${VARIABLE}=${ownerText(owner)}`;
  const names = await readdir("/proc").catch(() => []);
  const found: number[] = [];
  for (const name of names.filter((entry) => /^\d+$/.test(entry))) {
    // Others' environments cannot be read; theirs are not ours to kill.
    const text = await readFile(`/proc/${name}/environ`, "utf8").catch(
      () => "",
    );
    if (text.split("\0").includes(mark)) found.push(Number(name));
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended in this moment.
  }
}
