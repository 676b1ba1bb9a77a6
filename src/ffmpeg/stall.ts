import { PackError, type PackErrorCode } from "../errors.js";
import type { OpenJoined } from "./joined-relay.js";
import type { Store } from "../store/store.js";

/** The work of a program, for the error when it makes no progress. */
export interface ProgramTask {
  /** The name of the input, for messages. */
  readonly file: string;
  /** Code of the error. */
  readonly code: PackErrorCode;
  /** The program is killed after this many seconds without progress; 0: never. */
  readonly stallSeconds: number;
  /** Whether a line of standard output shows progress; undefined: every line does. */
  readonly isProgress?: (line: string) => boolean;
  /** Opens the s3:// addresses among the program's arguments. */
  readonly store?: Store | undefined;
  /** Opens the packages among them. */
  readonly packages?: OpenJoined | undefined;
}

/** Ten minutes: the slowest disk and the slowest encoder produce something in that time. */
const STALL_SECONDS = 600;

/** The user's time limit. It is kept with the programs, which all callers have. */
export interface StallOptions {
  /** A run without progress for this many seconds is killed; 0: never. Default {@link STALL_SECONDS}. */
  readonly stallTimeoutSeconds?: number | undefined;
}

/** What all tasks of a job have in common. */
export interface TaskContext extends StallOptions {
  /** The store of s3:// addresses. */
  readonly store?: Store | undefined;
  /** Makes one film of a package, for programs that read one file. */
  readonly packages?: OpenJoined | undefined;
}

/** A task without progress lines: any output is progress. */
export function taskOf(
  context: TaskContext,
  file: string,
  code: PackErrorCode,
): ProgramTask {
  const { stallTimeoutSeconds: stallSeconds = STALL_SECONDS } = context;
  const { store, packages } = context;
  return { file, code, stallSeconds, store, packages };
}

/** A task of an ffmpeg with `-progress pipe:1`: ffmpeg may keep reporting without progress. */
export function watchedTask(
  context: TaskContext,
  file: string,
  code: PackErrorCode,
): ProgramTask {
  return { ...taskOf(context, file, code), isProgress: progressWatch() };
}

/** Decides for each of ffmpeg's progress lines whether more is done than before. */
export function progressWatch(): (line: string) => boolean {
  const last = new Map<string, string>();
  return (line) => {
    const [key = "", value = ""] = line.split("=", 2);
    if (!DONE.includes(key) || last.get(key) === value) return false;
    last.set(key, value);
    return true;
  };
}

/** Frames, time and bytes of the output; every ffmpeg has this one of the time fields. */
const DONE = ["frame", "out_time", "total_size"];

export function stalledError(program: string, task: ProgramTask): PackError {
  const { file, code, stallSeconds } = task;
  return new PackError(
    code,
    `${file}: ${program} made no progress for ${stallSeconds} s and was stopped.`,
    {
      hint: "Does its disk or address still answer? --stall-timeout SECONDS waits longer, 0 for ever.",
      facts: { file, stallSeconds },
    },
  );
}

/** Waits for progress. */
export interface Watchdog {
  /** Reports progress. */
  alive(): void;
  stop(): void;
}

/** A watchdog checks this many times within its time limit. */
const LOOKS = 10;

/** setInterval treats larger values as 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `onStall` after `seconds` without progress. It counts checks instead of comparing
 * clocks: a night in which the machine sleeps, or this process is stopped, is one check.
 *
 * @param seconds 0: never
 */
export function startWatchdog(seconds: number, onStall: () => void): Watchdog {
  if (!(seconds > 0)) return { alive: () => undefined, stop: () => undefined };
  let inVain = 0;
  const timer = setInterval(
    () => {
      inVain++;
      if (inVain < LOOKS) return;
      clearInterval(timer);
      onStall();
    },
    Math.min((seconds * 1000) / LOOKS, LONGEST_TIMER_MS),
  );
  return {
    alive: () => {
      inVain = 0;
    },
    stop: () => clearInterval(timer),
  };
}
