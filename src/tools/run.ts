import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import {
  abortedError,
  PackError,
  messageOf,
  throwIfAborted,
} from "../errors.js";

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Keep all of standard output in the result. */
  readonly keepStdout?: boolean;
  /** Called with each line of standard output. */
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  /** The last {@link STDERR_KEPT} characters of standard error. */
  readonly stderr: string;
}

/** ffmpeg can complain without end; its last words tell the cause. */
const STDERR_KEPT = 64 * 1024;

/**
 * Runs a program to its end, without a shell. When the signal fires the
 * program is killed outright: SIGTERM would let ffmpeg finish a file that
 * looks whole.
 *
 * @throws PackError `tool` when the program cannot be started, `aborted` when the signal fired
 */
export async function runTool(
  path: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { signal, keepStdout = false, onLine } = options;
  throwIfAborted(signal);
  const child = spawn(path, args, {
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    // A process group of its own: Ctrl-C reaches us alone, and a kill reaches
    // also what a wrapper script has started.
    detached: HAS_GROUPS,
  });
  const kill = () => killGroup(child);
  signal?.addEventListener("abort", kill, { once: true });
  let stdout = "";
  let stderr = "";
  if (onLine !== undefined)
    createInterface({ input: child.stdout }).on("line", onLine);
  else
    child.stdout
      .setEncoding("utf8")
      .on("data", (text: string) => (stdout += keepStdout ? text : ""));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, killedBy) =>
        resolve(code ?? (killedBy === null ? 1 : 128)),
      );
    });
    if (signal?.aborted) throw abortedError(signal);
    return { exitCode, stdout, stderr };
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    throw new PackError(
      "tool",
      `${path}: cannot be started (${messageOf(cause)}).`,
      { cause },
    );
  } finally {
    signal?.removeEventListener("abort", kill);
  }
}

const HAS_GROUPS = process.platform !== "win32";

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

/** The last `count` lines that say something. */
export function lastLines(text: string, count: number): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return lines.slice(-count).join("\n");
}
