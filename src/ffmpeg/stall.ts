import { PackError, type PackErrorCode } from "../errors.js";

/** What a program works on, for when it comes to no end. */
export interface Task {
  /** What is read, for messages. */
  readonly file: string;
  /** Code of the error. */
  readonly code: PackErrorCode;
  /** The program is killed after so long without progress; 0: never. */
  readonly stallSeconds: number;
  /** Whether a line of standard output shows progress; left out, whatever the program says does. */
  readonly isProgress?: (line: string) => boolean;
}

/** Ten minutes: the slowest disk gives something, and so does the slowest encoder. */
const STALL_SECONDS = 600;

/** Where the user's word about it is kept: beside the programs, which everybody has. */
export interface Patience {
  /** A run that makes no progress for so long is given up; 0: never. Default {@link STALL_SECONDS}. */
  readonly stallTimeoutSeconds?: number | undefined;
}

/** A task without progress lines: whatever is said is progress. */
export function taskOf(
  { stallTimeoutSeconds: stallSeconds = STALL_SECONDS }: Patience,
  file: string,
  code: PackErrorCode,
): Task {
  return { file, code, stallSeconds };
}

/** A task of an ffmpeg with `-progress pipe:1`: it may go on to report, and stand still. */
export function watchedTask(
  patience: Patience,
  file: string,
  code: PackErrorCode,
): Task {
  return { ...taskOf(patience, file, code), isProgress: progressWatch() };
}

/** Tells of each of ffmpeg's progress lines whether more is done than before. */
export function progressWatch(): (line: string) => boolean {
  const last = new Map<string, string>();
  return (line) => {
    const [key = "", value = ""] = line.split("=", 2);
    if (!DONE.includes(key) || last.get(key) === value) return false;
    last.set(key, value);
    return true;
  };
}

/** Frames, time and bytes that came out; of the time every ffmpeg has this one. */
const DONE = ["frame", "out_time", "total_size"];

export function stalledError(program: string, task: Task): PackError {
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

/** Waits for signs of life. */
export interface Watchdog {
  /** There was one. */
  alive(): void;
  stop(): void;
}

/** So many times within its patience a watchdog looks. */
const LOOKS = 10;

/** setInterval takes more for 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `onStall` when there was no sign of life for so long. It counts how often
 * it has looked in vain instead of comparing clocks: a night in which the machine
 * sleeps or this process is stopped is one look.
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
