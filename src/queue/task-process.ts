import { spawn, type ChildProcess } from "node:child_process";
import { describeError, PackError, type Failure } from "../errors.js";
import { killOrphans, ownerOf } from "../ffmpeg/owner.js";
import { lastLines } from "../ffmpeg/run.js";
import { homeFile } from "../util/install.js";
import { withoutSecrets } from "../util/secrets.js";
import { STOP_WITH_STDIN } from "../util/stop-with-stdin.js";

/** Options of a worker that each of its tasks gets. */
export interface TaskSettings {
  readonly allowMixed?: boolean | undefined;
  readonly nice?: number | undefined;
  readonly ffmpegPath?: string | undefined;
  readonly ffprobePath?: string | undefined;
}

/** The end of a task's process. */
export type TaskOutcome =
  | { readonly state: "done" }
  /** We have stopped it. */
  | { readonly state: "stopped" }
  | {
      readonly state: "failed";
      readonly failure: Failure;
      /** Another try may succeed, here or elsewhere. */
      readonly isPassing: boolean;
    };

/** A task that is asked to stop has so long to kill its ffmpeg and to clean up. */
const LONGEST_END_MS = 15_000;
const KEPT_WORDS = 64 * 1024;

/**
 * Does one step of a plan in a process of its own: a worker that is busy itself could not keep its locks. However the
 * worker ends, SIGKILL too, its tasks learn it from the end of their standard input.
 */
export async function runTaskProcess(
  plan: string,
  step: number | "package",
  flags: TaskSettings,
  stop: AbortSignal,
): Promise<TaskOutcome> {
  const hasStopped = () => stop.aborted;
  if (hasStopped()) return { state: "stopped" };
  const child = start(plan, step, flags);
  const owner = ownerOf(child.pid ?? 0);
  const output = listen(child);
  const { end, release } = endWhenAsked(child, stop);
  try {
    const { code, killedBy } = await end;
    if (code === 0) return { state: "done" };
    // A process that was killed could not end its ffmpeg.
    if (killedBy !== null) await killOrphans(owner);
    if (hasStopped()) return { state: "stopped" };
    return failed(code, killedBy, output());
  } finally {
    release();
  }
}

function start(
  plan: string,
  step: number | "package",
  { allowMixed, nice, ffmpegPath, ffprobePath }: TaskSettings,
): ChildProcess {
  const args = [
    ...[homeFile("bin", "mss-pack.js"), "task", plan, String(step), "--json"],
    ...(allowMixed ? ["--allow-mixed"] : []),
    ...(nice === undefined ? [] : ["--nice", String(nice)]),
    ...(ffmpegPath === undefined ? [] : ["--ffmpeg", ffmpegPath]),
    ...(ffprobePath === undefined ? [] : ["--ffprobe", ffprobePath]),
  ];
  return spawn(process.execPath, args, {
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
    env: { ...withoutSecrets(process.env), [STOP_WITH_STDIN]: "1" },
    // Ctrl-C reaches the worker alone, which then gives its tasks back.
    detached: process.platform !== "win32",
  });
}

/** Standard input stays open while the worker lives. */
function endWhenAsked(child: ChildProcess, stop: AbortSignal) {
  let killer: NodeJS.Timeout | undefined;
  const ask = () => {
    child.stdin?.end();
    killer = setTimeout(() => child.kill("SIGKILL"), LONGEST_END_MS);
  };
  child.stdin?.on("error", () => undefined);
  stop.addEventListener("abort", ask, { once: true });
  type End = { code: number | null; killedBy: NodeJS.Signals | null };
  const end = new Promise<End>((resolve, reject) => {
    child.once("error", (cause) => {
      const message = `${process.execPath}: cannot be started.`;
      reject(new PackError("tool", message, { cause }));
    });
    child.once("close", (code, killedBy) => resolve({ code, killedBy }));
  });
  const release = () => {
    clearTimeout(killer);
    stop.removeEventListener("abort", ask);
  };
  return { end, release };
}

function listen(child: ChildProcess): () => { stdout: string; stderr: string } {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] = (output[name] + text).slice(-KEPT_WORDS);
    });
  return () => output;
}

/** Try again (75), and what another machine may have: a suitable ffmpeg (8). */
const PASSING_EXITS: ReadonlySet<unknown> = new Set([75, 8]);

function failed(
  code: number | null,
  killedBy: NodeJS.Signals | null,
  { stdout, stderr }: { stdout: string; stderr: string },
): TaskOutcome {
  if (killedBy !== null) {
    const error = new PackError(
      "passing",
      `A step was killed (${killedBy}) before it had finished.`,
      {
        hint: "Linux kills the largest program when memory runs out: fewer at a time (--concurrency) need less.",
        facts: { signal: killedBy },
      },
    );
    return { state: "failed", failure: describeError(error), isPassing: true };
  }
  const isPassing = PASSING_EXITS.has(code);
  return { state: "failed", failure: failureIn(stdout, stderr), isPassing };
}

/** The error that `--json` printed. */
function failureIn(stdout: string, stderr: string): Failure {
  const line = stdout.split("\n").findLast((each) => each.startsWith("{"));
  try {
    const { type, ...failure } = JSON.parse(line ?? "") as Failure & {
      type?: string;
    };
    if (type === "error") return failure;
  } catch {
    // It ended before it could say so.
  }
  return describeError(new Error(lastLines(stderr, 6)));
}
