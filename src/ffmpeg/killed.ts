import { PackError } from "../errors.js";
import { lastLines, type RunResult } from "./run.js";

/** A shell between, of a wrapper script, turns SIGKILL into this exit code. */
const KILLED = 128 + 9;

/** What a program brings upon itself by a fault of its own. */
const CRASHES: ReadonlySet<unknown> = new Set([
  ...["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGTRAP"],
]);

/** The signal that ended a program; undefined when it ended by itself. */
export function signalOf(run: RunResult): NodeJS.Signals | undefined {
  if (run.killedBy !== null) return run.killedBy;
  return run.exitCode === KILLED ? "SIGKILL" : undefined;
}

/** The error for a program that was ended by a signal which we did not send. */
export function signalError(
  code: "encode" | "tool",
  program: string,
  signal: NodeJS.Signals,
  facts: Readonly<Record<string, unknown>>,
): PackError {
  const [verb, hint] = CRASHES.has(signal)
    ? ["has crashed", CRASH_HINT]
    : ["was killed", KILL_HINT];
  const message = `${program} ${verb} (${signal}) before it had finished.`;
  return new PackError(code, message, { hint, facts: { signal, ...facts } });
}

const CRASH_HINT =
  "This input brings out a fault of that program: another version may read it.";
const KILL_HINT =
  "Linux kills the largest program when memory runs out (see dmesg): give it more memory, or fewer or smaller rungs.";

/** Was it somebody else who ended a program, as Linux does when memory runs out? Then it may succeed another time. */
export function wasKilled(error: PackError): boolean {
  const signal = error.facts["signal"];
  return signal !== undefined && !CRASHES.has(signal);
}

/**
 * The run of a program that was to look at something, unless somebody has killed
 * it: what it has said until then proves nothing about its input.
 *
 * @throws PackError `tool`
 */
export function requireNotKilled(run: RunResult, program: string): RunResult {
  const signal = signalOf(run);
  if (signal === undefined || CRASHES.has(signal)) return run;
  const stderr = lastLines(run.stderr, 6);
  throw signalError("tool", program, signal, { stderr });
}
