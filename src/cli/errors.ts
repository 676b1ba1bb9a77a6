import { EXIT_CODES, messageOf, PackError } from "../errors.js";
import { StoppedBySignal } from "./signals.js";

/** Anything that is not a PackError is a fault of ours. */
const BUG = { code: "bug", exit: 1 } as const;

/** The process exit code of an error. */
export function exitCodeFor(error: unknown): number {
  if (!(error instanceof PackError)) return BUG.exit;
  if (error.cause instanceof StoppedBySignal) return error.cause.exitCode;
  return EXIT_CODES[error.code].exit;
}

/**
 * Says an error: one sentence, a hint and the code's name on stderr, and with
 * --json an object on stdout. A stack is shown only with --debug.
 */
export function reportError(error: unknown, argv: readonly string[]): void {
  const { code, exit, hint } = describe(error);
  if (argv.includes("--json")) printErrorLine(error);
  const lines = [
    `mss-pack: ${messageOf(error)}`,
    ...(hint === undefined ? [] : [`  ${hint}`]),
    ...(argv.includes("--debug") ? stackLines(error) : []),
    `  (${code}, exit code ${exit})`,
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
}

/** The error as one line of JSON on stdout. */
export function printErrorLine(error: unknown): void {
  const line = { type: "error", ...describe(error), message: messageOf(error) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function describe(error: unknown) {
  const exit = exitCodeFor(error);
  return error instanceof PackError
    ? { code: error.code, exit, hint: error.hint, facts: error.facts }
    : { code: BUG.code, exit, hint: BUG_HINT, facts: {} };
}

const BUG_HINT =
  "This is a bug in mss-pack. Please report it with the output of the same command and --debug.";

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
