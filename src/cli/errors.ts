import {
  BUG,
  describeError,
  EXIT_CODES,
  PackError,
  type Failure,
} from "../errors.js";
import { writeLine, StoppedBySignal } from "./process.js";

/** An error as plain data, with the exit code of the process. */
export function failureOf(error: unknown): Failure {
  const failure = describeError(error);
  return error instanceof PackError && error.cause instanceof StoppedBySignal
    ? { ...failure, exit: error.cause.exitCode }
    : failure;
}

/**
 * Prints an error: one sentence, a hint and the code's name on stderr, and with --json an
 * object on stdout. Only --debug prints a stack.
 */
export function reportError(error: unknown, argv: readonly string[]): void {
  const failure = failureOf(error);
  const { code, exit, message, hint } = failure;
  if (argv.includes("--json")) writeLine({ type: "error", ...failure });
  const lines = [
    `mss-pack: ${message}`,
    ...(hint === undefined ? [] : [`  ${hint}`]),
    ...(argv.includes("--debug") ? stackLines(error) : []),
    `  (${code}, exit code ${exit})`,
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
}

/** The stack of an error and of every error under it. */
function stackLines(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.stack ?? error.message, ...stackLines(error.cause)];
}

/** The table of exit codes for --help. */
export function exitCodesText(): string {
  const rows = new Map<number, string[]>([
    [0, ["package written and verified"]],
    [BUG.exit, ["bug in mss-pack"]],
  ]);
  for (const { exit, meaning } of Object.values(EXIT_CODES)) {
    rows.set(exit, [...(rows.get(exit) ?? []), meaning]);
  }
  return [...rows]
    .map(
      ([exit, meanings]) =>
        `  ${String(exit).padStart(3)}  ${meanings.join("; ")}`,
    )
    .join("\n");
}
