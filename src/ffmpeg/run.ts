import { spawn, type ChildProcess } from "node:child_process";
import { setPriority } from "node:os";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  abortedError,
  PackError,
  messageOf,
  throwIfAborted,
} from "../errors.js";
import { isStoreAddress } from "../store/address.js";
import { withoutSecrets, withoutStoreSecrets } from "../util/secrets.js";
import { isPackagePath } from "./input-options.js";
import { OWNER_ENVIRONMENT } from "./owner.js";
import {
  stalledError,
  type ProgramTask,
  startWatchdog,
  type Watchdog,
} from "./stall.js";

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** The work, and its time limit without progress; undefined: no limit. */
  readonly task?: ProgramTask;
  /** How much it gives way to other programs, 0 to 19. */
  readonly nice?: number | undefined;
  /** Keeps standard output in the result, up to {@link STDOUT_KEPT} characters. */
  readonly keepStdout?: boolean;
  /** Called with standard output as it arrives; the run then has no lines and no text. */
  readonly onBytes?: (bytes: Buffer) => void;
  /** Called with each line of standard output; an exception from it ends the program and the run. */
  readonly onLine?: Listener;
  /** Called with each line of standard error; an exception from it ends both too. */
  readonly onErrorLine?: Listener;
  /** Called with the bytes of `pipe:3`, `pipe:4` and so on as they arrive; an exception ends the program and the run. */
  readonly pipes?: readonly ((bytes: Buffer) => void)[];
  /** Of a program of the user: it gets our environment as it is, without the keys. */
  readonly plainEnvironment?: boolean;
  /** The program's standard input, whole or part by part; empty when undefined. */
  readonly stdin?: Uint8Array | AsyncIterable<Uint8Array>;
}

export interface RunResult {
  /** 128 when a signal killed the program. */
  readonly exitCode: number;
  /** The signal that killed the program; null when the program ended by itself. */
  readonly killedBy: NodeJS.Signals | null;
  readonly stdout: string;
  /** The last {@link STDERR_KEPT} characters of standard error. */
  readonly stderr: string;
}

/** ffmpeg may print complaints without end; its last lines give the cause. */
const STDERR_KEPT = 64 * 1024;

/** The largest output is ffprobe's list of streams, a few kilobytes each. */
const STDOUT_KEPT = 32 * 1024 * 1024;

/**
 * Runs a program to its end, without a shell. When the signal fires, or this process ends, the
 * program is killed at once: after SIGTERM ffmpeg would finish a file that looks whole.
 *
 * @throws PackError `tool` when the program cannot be started, `aborted` when the signal fired, the task's code
 * when it makes no progress or its output is too long to keep
 */
export async function runTool(
  path: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  throwIfAborted(options.signal);
  const { store, packages } = options.task ?? {};
  const needsRelays =
    (store !== undefined && args.some(isStoreAddress)) ||
    (packages !== undefined && args.some(isPackagePath));
  if (!needsRelays) return runStarted(path, args, options);
  const { throughRelays } = await import("./through-relays.js");
  return throughRelays(
    { store, packages },
    args,
    options,
    (reachable, relayed) =>
      runStarted(path, reachable, { ...options, ...relayed }),
  );
}

async function runStarted(
  path: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const { signal, task } = options;
  const child = start(path, args, options);
  giveWay(child, options.nice ?? 0);
  const stop = new AbortController();
  const end = ended(child, stop.signal);
  const kill = () => stop.abort(abortedError(signal));
  signal?.addEventListener("abort", kill, { once: true });
  const watchdog = startWatchdog(task?.stallSeconds ?? 0, () => {
    if (task) stop.abort(stalledError(basename(path), task));
  });
  const output = listen(child, options, watchdog, stop);
  try {
    return { ...(await end), ...output };
  } finally {
    watchdog.stop();
    signal?.removeEventListener("abort", kill);
    live.delete(child);
  }
}

/** The last `count` lines that are not empty. */
export function lastLines(text: string, count: number): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return lines.slice(-count).join("\n");
}

/**
 * A static ffprobe, such as the bundled one, loads character converters from a C library of
 * another version. It then crashes on the service name of every MPEG-TS. Without them it reads
 * the name as bytes.
 */
const NO_CONVERTERS = { GCONV_PATH: "/nonexistent" };

const HAS_GROUPS = process.platform !== "win32";

/** Running programs; all of them are killed when this process ends. */
const live = new Set<ChildProcess>();
process.on("exit", () => live.forEach(killGroup));

function start(
  path: string,
  args: readonly string[],
  { stdin, pipes = [], plainEnvironment = false }: RunOptions,
): ChildProcess {
  const more = pipes.map(() => "pipe" as const);
  const child = spawn(path, args, {
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe", ...more],
    windowsHide: true,
    env: plainEnvironment
      ? withoutSecrets(process.env)
      : ownEnvironment(withoutSecrets(process.env)),
    // A process group of its own: Ctrl-C reaches only us, and a kill also reaches the children of a
    // wrapper script.
    detached: HAS_GROUPS,
  });
  live.add(child);
  feed(child, stdin);
  return child;
}

function ownEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { no_proxy: direct, ...rest } = withoutStoreSecrets(environment);
  return {
    ...{ ...rest, ...NO_CONVERTERS, ...OWNER_ENVIRONMENT },
    // A proxy cannot reach our relays.
    no_proxy: [direct, "127.0.0.1"].filter(Boolean).join(","),
  };
}

function giveWay({ pid }: ChildProcess, nice: number): void {
  if (pid === undefined || nice === 0) return;
  try {
    setPriority(pid, nice);
  } catch {
    // It has ended already.
  }
}

/** A program that has read enough closes its end; its exit code gives the result. */
function feed(child: ChildProcess, stdin: RunOptions["stdin"]): void {
  child.stdin?.on("error", () => undefined);
  if (stdin === undefined || stdin instanceof Uint8Array)
    child.stdin?.end(stdin);
  else if (child.stdin)
    pipeline(stdin, child.stdin).catch(() => child.stdin?.destroy());
}

type Listener = (line: string) => void;

/** @param stop kills the program; the run then throws its reason */
async function ended(
  child: ChildProcess,
  stop: AbortSignal,
): Promise<Pick<RunResult, "exitCode" | "killedBy">> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(stop.reason as Error);
    let giveUp: NodeJS.Timeout | undefined;
    const kill = () => {
      killGroup(child);
      giveUp = setTimeout(fail, LONGEST_DEATH_MS);
    };
    stop.addEventListener("abort", kill, { once: true });
    child.once("error", (cause) => {
      const message = `${child.spawnfile}: cannot be started (${messageOf(cause)}).`;
      reject(new PackError("tool", message, { cause }));
    });
    child.once("close", (code, killedBy) => {
      clearTimeout(giveUp);
      if (stop.aborted) fail();
      else resolve({ exitCode: code ?? 128, killedBy });
    });
  });
}

/** A program that waits for a broken disk cannot even be killed. */
const LONGEST_DEATH_MS = 5000;

/** @returns the kept output, which grows */
function listen(
  child: ChildProcess,
  options: RunOptions,
  watchdog: Watchdog,
  stop: AbortController,
): Pick<RunResult, "stdout" | "stderr"> {
  const { keepStdout = false, task, onBytes, onLine, onErrorLine } = options;
  const output = { stdout: "", stderr: "" };
  const isProgress = task?.isProgress;
  options.pipes?.forEach((listener, i) => {
    (child.stdio[i + 3] as Readable | null)?.on("data", (bytes: Buffer) => {
      watchdog.alive();
      heed(listener, bytes, stop);
    });
  });
  if (onBytes) {
    child.stdout?.on("data", (bytes: Buffer) => {
      watchdog.alive();
      onBytes(bytes);
    });
  } else listenToText();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    if (!isProgress) watchdog.alive();
    output.stderr = (output.stderr + text).slice(-STDERR_KEPT);
  });
  if (isProgress)
    readLines(
      child.stdout,
      (line) => isProgress(line) && watchdog.alive(),
      stop,
    );
  if (onLine) readLines(child.stdout, onLine, stop);
  if (onErrorLine) readLines(child.stderr, onErrorLine, stop);
  return output;

  function listenToText(): void {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (!isProgress) watchdog.alive();
      if (keepStdout) output.stdout += text;
      if (output.stdout.length > STDOUT_KEPT)
        stop.abort(tooLongError(child.spawnfile, task));
    });
  }
}

function readLines(
  input: Readable | null,
  listener: (line: string) => unknown,
  stop: AbortController,
): void {
  if (input === null) return;
  createInterface({ input }).on("line", (line) => heed(listener, line, stop));
}

/** Calls a listener, whose exception ends the program. */
function heed<T>(
  listener: (heard: T) => unknown,
  heard: T,
  stop: AbortController,
): void {
  if (stop.signal.aborted) return;
  try {
    listener(heard);
  } catch (error) {
    stop.abort(error instanceof Error ? error : new Error(String(error)));
  }
}

function tooLongError(
  program: string,
  task: ProgramTask | undefined,
): PackError {
  const about = task ? `${task.file}: ` : "";
  const most = `Expected at most ${STDOUT_KEPT / 1024 / 1024} MiB.`;
  return new PackError(
    task?.code ?? "tool",
    `${about}${program} writes on standard output without end. ${most}`,
  );
}

function killGroup(child: ChildProcess): void {
  if (!HAS_GROUPS || child.pid === undefined) {
    child.kill("SIGKILL");
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The process has just ended.
  }
}
