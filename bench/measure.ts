import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** What one run of a command cost. */
export interface Cost {
  readonly wallSeconds: number;
  /** User and system time of the process and of all that it started. */
  readonly cpuSeconds: number;
  /** Largest resident size of the process itself (not of what it started), in bytes. */
  readonly peakBytes: number;
}

/** How often the resident size is looked at; it only grows, so little is missed. */
const LOOK_EVERY_MS = 100;

/** Clock ticks a second in /proc; fixed in Linux's interface. */
const TICKS_PER_SECOND = 100;

/**
 * Runs a command to its end and tells its cost, by the kernel's own accounting
 * (Linux: /proc).
 * @throws Error when it fails
 */
export async function measure(
  program: string,
  args: readonly string[],
): Promise<Cost> {
  const cpuBefore = childrenCpuSeconds();
  const begin = process.hrtime.bigint();
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr
    .setEncoding("utf8")
    .on("data", (text: string) => (stderr = (stderr + text).slice(-2000)));
  let peakBytes = 0;
  const look = setInterval(
    () => (peakBytes = Math.max(peakBytes, peakOf(child.pid))),
    LOOK_EVERY_MS,
  );
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearInterval(look);
  if (exitCode !== 0)
    throw new Error(`${program} ended with ${exitCode}: ${stderr}`);
  const wallSeconds = Number(process.hrtime.bigint() - begin) / 1e9;
  return {
    wallSeconds,
    cpuSeconds: childrenCpuSeconds() - cpuBefore,
    peakBytes,
  };
}

/** The middle of several values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[middle - 1 + (sorted.length % 2)],
    sorted[middle],
  ];
  return (low + high) / 2;
}

/** CPU time of all children that have ended, and of theirs: fields 16 and 17 of /proc/self/stat, proc(5). */
function childrenCpuSeconds(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

/** VmHWM of a process in bytes; 0 when it is gone. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
