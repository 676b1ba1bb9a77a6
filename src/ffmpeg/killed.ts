import { PackError } from "../errors.js";
import { lastLines, type RunResult } from "./run.js";

/** A wrapper script's shell turns SIGKILL into this exit code. */
const KILLED = 128 + 9;

/** Signals from a fault of the program itself. */
const CRASHES: ReadonlySet<unknown> = new Set([
  ...["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGTRAP"],
]);

/** The signal that ended a program; undefined when the program ended by itself. */
export function signalOf(run: RunResult): NodeJS.Signals | undefined {
  if (run.killedBy !== null) return run.killedBy;
  return run.exitCode === KILLED ? "SIGKILL" : undefined;
}

/** The error for a program that was ended by a signal from outside mss-pack. */
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

/** Did someone else end the program, as Linux does when memory runs out? Then another try may succeed. */
export function wasKilled(error: PackError): boolean {
  const signal = error.facts["signal"];
  return signal !== undefined && !CRASHES.has(signal);
}

/**
 * The run of a program that inspects a file, unless someone else killed the program. The output
 * of a killed program proves nothing about its input.
 *
 * @throws PackError `tool`
 */
export function requireNotKilled(run: RunResult, program: string): RunResult {
  const signal = signalOf(run);
  if (signal === undefined || CRASHES.has(signal)) return run;
  const stderr = lastLines(run.stderr, 6);
  throw signalError("tool", program, signal, { stderr });
}
