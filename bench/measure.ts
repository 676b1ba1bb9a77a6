import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What one run of a command cost. */
export interface Cost {
  readonly wallSeconds: number;
  /** User and system time of the process and of all that it started. */
  readonly cpuSeconds: number;
  /** What the process wrote to its file descriptor 3: a script of ours tells a figure there. */
  readonly told: string;
}

/** Clock ticks a second in /proc; fixed in Linux's interface. */
const TICKS_PER_SECOND = 100;

const TELL_PEAK = new URL("./tell-peak.js", import.meta.url).href;

/** The command that users run, as it was built. */
export const CLI = fileURLToPath(
  new URL("../bin/mss-pack.js", import.meta.url),
);

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
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const stderr = textOf(child, 2);
  const told = textOf(child, 3);
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  process.off("exit", kill);
  if (exitCode !== 0)
    throw new Error(`${program} ended with ${exitCode}: ${stderr()}`);
  const wallSeconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const cpuSeconds = childrenCpuSeconds() - cpuBefore;
  return { wallSeconds, cpuSeconds, told: told() };
}

/** The cost of mss-pack, with Node's start. */
export async function measureCli(args: readonly string[]): Promise<Cost> {
  return measure(process.execPath, [CLI, ...args]);
}

/**
 * The same, and the largest resident size of its process (not of what it
 * started), in bytes. Its time is a millisecond or two longer.
 */
export async function measureCliPeak(
  args: readonly string[],
): Promise<Cost & { readonly peakBytes: number }> {
  return measurePeak([CLI, ...args]);
}

/** The same of any script, with its arguments. */
export async function measurePeak(
  script: readonly string[],
): Promise<Cost & { readonly peakBytes: number }> {
  const telling = ["--import", TELL_PEAK, ...script];
  const cost = await measure(process.execPath, telling);
  return { ...cost, peakBytes: Number.parseInt(cost.told) };
}

/** The last words on a file descriptor of a process. */
function textOf(child: ChildProcess, descriptor: number): () => string {
  let text = "";
  child.stdio[descriptor]?.on("data", (bytes: Buffer) => {
    text = (text + bytes.toString()).slice(-2000);
  });
  return () => text;
}

/** CPU time of all children that have ended, and of theirs: fields 16 and 17 of /proc/self/stat, proc(5). */
function childrenCpuSeconds(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}
