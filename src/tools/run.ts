import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import {
  abortedError,
  PackError,
  messageOf,
  throwIfAborted,
} from "../errors.js";
import { OWNER_ENVIRONMENT } from "./orphans.js";

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Keep all of standard output in the result. */
  readonly keepStdout?: boolean;
  /** Called with each line of standard output; what it throws ends the program and the run. */
  readonly onLine?: Listener;
  /** Called with each line of standard error; throwing ends all as well. */
  readonly onErrorLine?: Listener;
  /** What the program reads on standard input; nothing when left out. */
  readonly stdin?: Uint8Array;
}

export interface RunResult {
  /** 128 when the program was killed by a signal. */
  readonly exitCode: number;
  /** What killed the program; null when it ended by itself. */
  readonly killedBy: NodeJS.Signals | null;
  readonly stdout: string;
  /** The last {@link STDERR_KEPT} characters of standard error. */
  readonly stderr: string;
}

/** ffmpeg can complain without end; its last words tell the cause. */
const STDERR_KEPT = 64 * 1024;

/**
 * Runs a program to its end, without a shell. When the signal fires, or this
 * process ends, the program is killed outright: SIGTERM would let ffmpeg finish
 * a file that looks whole.
 *
 * @throws PackError `tool` when the program cannot be started, `aborted` when the signal fired
 */
export async function runTool(
  path: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { signal, keepStdout = false, onLine, onErrorLine, stdin } = options;
  throwIfAborted(signal);
  const child = start(path, args, stdin);
  const kill = () => killGroup(child);
  signal?.addEventListener("abort", kill, { once: true });
  const output = { stdout: "", stderr: "" };
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output.stderr = (output.stderr + text).slice(-STDERR_KEPT);
  });
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    if (keepStdout) output.stdout += text;
  });
  try {
    const end = await ended(child, onLine, onErrorLine);
    if (signal?.aborted) throw abortedError(signal);
    return { ...end, ...output };
  } finally {
    signal?.removeEventListener("abort", kill);
    live.delete(child);
  }
}

/** The last `count` lines that say something. */
export function lastLines(text: string, count: number): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return lines.slice(-count).join("\n");
}

/**
 * A static ffprobe, such as the bundled one, takes converters of characters from
 * a C library that it was not built with, and crashes on every MPEG-TS for its
 * service's name. Without them it reads the name as it is.
 */
const NO_CONVERTERS = { GCONV_PATH: "/nonexistent" };

const HAS_GROUPS = process.platform !== "win32";

/** Programs that run now; none of them outlives this process. */
const live = new Set<ChildProcess>();
process.on("exit", () => live.forEach(killGroup));

function start(
  path: string,
  args: readonly string[],
  stdin: Uint8Array | undefined,
): ChildProcess {
  const child = spawn(path, args, {
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    windowsHide: true,
    env: { ...process.env, ...NO_CONVERTERS, ...OWNER_ENVIRONMENT },
    // A process group of its own: Ctrl-C reaches us alone, and a kill reaches
    // also what a wrapper script has started.
    detached: HAS_GROUPS,
  });
  live.add(child);
  // A program that has read enough closes its end; its exit code tells the rest.
  child.stdin?.on("error", () => undefined).end(stdin);
  return child;
}

type Listener = (line: string) => void;

async function ended(
  child: ChildProcess,
  onLine: Listener | undefined,
  onErrorLine: Listener | undefined,
): Promise<Pick<RunResult, "exitCode" | "killedBy">> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      const message = `${child.spawnfile}: cannot be started (${messageOf(cause)}).`;
      reject(new PackError("tool", message, { cause }));
    });
    child.once("close", (code, killedBy) =>
      resolve({ exitCode: code ?? 128, killedBy }),
    );
    const fail = (error: unknown) => {
      killGroup(child);
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    readLines(child.stdout, onLine, fail);
    readLines(child.stderr, onErrorLine, fail);
  });
}

function readLines(
  input: Readable | null,
  listener: Listener | undefined,
  fail: (error: unknown) => void,
): void {
  if (input === null || listener === undefined) return;
  createInterface({ input }).on("line", (line) => {
    try {
      listener(line);
    } catch (error) {
      fail(error);
    }
  });
}

function killGroup(child: ChildProcess): void {
  if (!HAS_GROUPS || child.pid === undefined) {
    child.kill("SIGKILL");
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended in this moment.
  }
}
