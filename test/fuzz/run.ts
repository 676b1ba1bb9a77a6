import { spawn, type ChildProcess } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CAPTION_READERS } from "./face-captions.js";
import type { Report } from "./worker.js";

/** Which readers face mutants: those of media and manifests, a scan of the package, convert of it or of a protected one, those of captions in turn or one of them, or of HEVC's parameter sets. */
export const READERS = [
  "files",
  "scan",
  "convert",
  "convert-cenc",
  "captions",
  ...CAPTION_READERS,
  "hevc",
];

const OF_PACKAGES = ["files", "scan", "convert", "convert-cenc"];

function workerOf(readers: string): string {
  const isOfPackages = OF_PACKAGES.includes(readers);
  const name = isOfPackages ? "worker.ts" : "small-worker.ts";
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Half of what a process may have; the rest is Node.js and bytes outside of its heap. */
const HEAP_MEGABYTES = 160;

/** A mutant that takes longer hangs. Only a watchdog: slower machines are fine. */
const HANG_MS = 60_000;

export interface FuzzRun {
  readonly seed: number;
  readonly mutants: number;
  /** The number of the first. */
  readonly first?: number;
  readonly processes: number;
  /** In READERS; default files. */
  readonly readers?: string;
}

/** A mutant that a reader did not survive. */
export interface Failure {
  readonly number: number;
  /** What the process said at its end. */
  readonly reason: string;
}

export interface FuzzResult {
  readonly reports: readonly Report[];
  readonly failures: readonly Failure[];
}

/** Lets the readers face mutants in processes of their own, until all are done or one fails in each. */
export async function fuzz(run: FuzzRun): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), "mss-pack-fuzz-run-"));
  try {
    const done = await Promise.all(
      Array.from({ length: run.processes }, (_, i) => runOne(run, i, folder)),
    );
    return {
      reports: done.filter((result) => "verdicts" in result),
      failures: done.filter((result) => "reason" in result),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One process, which takes every so manieth mutant. */
async function runOne(
  { seed, mutants, first = 0, processes, readers = "files" }: FuzzRun,
  i: number,
  folder: string,
): Promise<Report | Failure> {
  const progress = join(folder, `${i}`);
  writeFileSync(progress, "");
  const numbers = [seed, first + i, first + mutants, processes].map(String);
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MEGABYTES}`,
      "--import",
      "tsx",
      workerOf(readers),
      ...numbers,
      progress,
      readers,
    ],
    {
      stdio: ["ignore", "pipe", "pipe"],
      // Readers wait for one read after another: more threads only wake one another.
      env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
    },
  );
  const output = await outputOf(child, progress);
  if (output.exitCode === 0) return JSON.parse(output.stdout) as Report;
  const number = Number(readFileSync(progress, "utf8"));
  return {
    number,
    reason: output.stderr.trim() || `exit code ${output.exitCode}`,
  };
}

interface Output {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function outputOf(
  child: ChildProcess,
  progress: string,
): Promise<Output> {
  const output = { stdout: "", stderr: "" };
  child.stdout
    ?.setEncoding("utf8")
    .on("data", (text: string) => (output.stdout += text));
  child.stderr
    ?.setEncoding("utf8")
    .on("data", (text: string) => (output.stderr += text));
  const stop = watch(progress, () => {
    output.stderr += `hangs for ${HANG_MS / 1000} s`;
    child.kill("SIGKILL");
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  stop();
  return { exitCode, ...output };
}

/** Calls `onHang` when the number in the file stands still. */
function watch(progress: string, onHang: () => void): () => void {
  let last = "";
  const timer = setInterval(() => {
    const now = readFileSync(progress, "utf8");
    if (now !== "" && now === last) onHang();
    last = now;
  }, HANG_MS);
  return () => clearInterval(timer);
}

/** Writes down how to see a failure again, and gives the file. */
export function keep(failure: Failure, seed: number, readers?: string): string {
  const folder = join(tmpdir(), "mss-pack-fuzz-failures");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${seed}-${failure.number}.txt`);
  writeFileSync(
    path,
    `${again(failure, seed, readers)}\n\n${failure.reason}\n`,
  );
  return path;
}

/** The command that shows a failure again. */
export function again(
  { number }: Failure,
  seed: number,
  readers = "files",
): string {
  const which = readers === "files" ? "" : ` --readers ${readers}`;
  return `npm run fuzz --${which} --seed ${seed} --first ${number} --mutants 1`;
}
