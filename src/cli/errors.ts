import { existsSync } from "node:fs";
import { withoutKeys } from "../drm/keys/key-like.js";
import {
  BUG,
  describeError,
  EXIT_CODES,
  PackError,
  type Failure,
} from "../errors.js";
import { writeLine, StoppedBySignal } from "./process.js";
import { answerTo } from "./wrong-turns.js";

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

/** Commander's message about a wrong command line, in our words and with a hint. */
export function usageError(commanders: string): PackError {
  const [first = "", ...more] = withoutKeys(withoutValue(commanders))
    .replace(/^error: /, "")
    .split("\n");
  return new PackError("usage", /[.!?)]$/.test(first) ? first : `${first}.`, {
    hint: [
      ...dashedFile(first),
      ...otherToolsName(first),
      ...keyOnTheLine(first),
      // "(Did you mean --json?)"
      ...more.map((line) => line.replace(/^\((.*)\)$/, "$1")),
      "mss-pack --help shows all options.",
    ].join(" "),
  });
}

/** `--key=0123...`: an unknown option may contain a key, so its value is never printed. */
function withoutValue(message: string): string {
  return message.replace(/(unknown option '[^'=]*)=[^]*?'/, "$1'");
}

/** Other packagers take keys this way. */
function keyOnTheLine(message: string): string[] {
  return /unknown option '--(key|key-seed|keys|content-key)'/.test(message)
    ? [
        "Keys are not given on the command line, where everybody on the machine could read them: write them into a file for --key-file, or into MSS_PACK_KEY.",
      ]
    : [];
}

/** The name in another tool. */
function otherToolsName(message: string): string[] {
  const option = /unknown option '([^'=]+)/.exec(message)?.[1];
  const answer = option === undefined ? undefined : answerTo(option);
  return answer === undefined ? [] : [answer];
}

/** A file whose name begins with a dash looks like an option. */
function dashedFile(message: string): string[] {
  const option = /unknown option '(.+)'/.exec(message)?.[1];
  return option !== undefined && existsSync(option)
    ? [`The file of that name is given as ./${option}, or after "--".`]
    : [];
}
