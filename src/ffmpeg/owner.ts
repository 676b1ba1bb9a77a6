import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Names this process uniquely, for all times and machines. A process number alone is reused:
 * after a reboot, in the next container, on another machine with the same disk.
 */
export interface Owner {
  readonly host: string;
  /** The scope of process numbers: one boot of one machine, one container. */
  readonly space: string;
  readonly pid: number;
  /** When the process began, in the kernel's ticks; 0 where the kernel does not give it. */
  readonly start: number;
}

export const THIS_PROCESS: Owner = {
  host: hostname().replaceAll(/[^\w.]/g, "_"),
  space: processSpace(),
  pid: process.pid,
  start: statusOf(process.pid)?.start ?? 0,
};

/** The name of another process of this machine, while it runs. */
export function ownerOf(pid: number): Owner {
  return { ...THIS_PROCESS, pid, start: statusOf(pid)?.start ?? 0 };
}

/** The name as part of a file's name. */
export function ownerText({ host, space, pid, start }: Owner): string {
  return [host, space, pid, start].join("-");
}

/** @returns undefined when the text does not begin with an owner's name */
export function readOwner(text: string): Owner | undefined {
  const [, host, space, pid, start] =
    /^([\w.]*)-(\w+)-(\d+)-(\d+)(?:-|$)/.exec(text) ?? [];
  if (host === undefined || space === undefined) return undefined;
  return { host, space, pid: Number(pid), start: Number(start) };
}

/** Whether a process is alive; undefined when we cannot see that from here. */
export function isAlive(owner: Owner): boolean | undefined {
  const { host, space, pid, start } = owner;
  if (host !== THIS_PROCESS.host || space !== THIS_PROCESS.space)
    return undefined;
  if (!isThere(pid)) return false;
  const status = statusOf(pid);
  if (status === undefined || start === 0) return undefined; // another process may have the number now
  return status.start === start && !status.isDefunct;
}

/** Does any process have this number? */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // the process of another user
  }
}

/** Linux: proc(5), /proc/PID/stat, fields 3 and 22. */
function statusOf(
  pid: number,
): { start: number; isDefunct: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The program's name is in brackets and may contain anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      start: Number(fields[19]),
      isDefunct: /[ZX]/.test(fields[0] ?? ""),
    };
  } catch {
    return undefined;
  }
}

function processSpace(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1");
    const namespace = readlinkSync("/proc/self/ns/pid");
    const hash = createHash("sha256").update(boot + namespace);
    return hash.digest("hex").slice(0, 8);
  } catch {
    return "local"; // not Linux
  }
}

/** Every program that we start has our name in its environment, and so do its children. */
const VARIABLE = "MSS_PACK_OWNER";
export const OWNER_ENVIRONMENT = { [VARIABLE]: ownerText(THIS_PROCESS) };

/**
 * Kills the programs of a process that was itself killed. An ffmpeg left over would run for
 * hours and take disk and cores. It does nothing unless that process is surely dead, and
 * nothing without /proc.
 */
export async function killOrphans(owner: Owner): Promise<void> {
  if (isAlive(owner) !== false) return;
  const pids = await programsOf(owner);
  for (const pid of pids) kill(pid);
  // A killed program frees its disk space a moment later, when it is gone.
  for (let i = 0; i < LONGEST_WAIT && pids.some(isThere); i++) await delay(20);
}

/** In steps of 20 ms: a program that waits for a broken disk may stay for ever. */
const LONGEST_WAIT = 100;

/** Numbers of the running programs that a process started. */
export async function programsOf(owner: Owner): Promise<number[]> {
  const mark = `${VARIABLE}=${ownerText(owner)}`;
  const names = await readdir("/proc").catch(() => []);
  const pids: number[] = [];
  for (const name of names.filter((entry) => /^\d+$/.test(entry))) {
    // Environments of other users cannot be read, and we must not kill their programs.
    const text = await readFile(`/proc/${name}/environ`, "utf8").catch(
      () => "",
    );
    if (text.split("\0").includes(mark)) pids.push(Number(name));
  }
  return pids;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The process has just ended.
  }
}
