import { getSystemErrorMap } from "node:util";

/** The kinds of failure. Each code has one exit code, see {@link EXIT_CODES}. */
export type PackErrorCode =
  | "usage"
  | "preset"
  | "input"
  | "unsupported"
  | "encode"
  | "mux"
  | "verify"
  | "output"
  | "batch"
  | "exists"
  | "tool"
  | "passing"
  | "aborted";

/**
 * The process exit code of each failure, with its meaning for a script.
 * `--help` and docs/automate.md print this table.
 */
export const EXIT_CODES = {
  usage: { exit: 2, meaning: "wrong command line" },
  preset: { exit: 2, meaning: "wrong preset" },
  input: { exit: 3, meaning: "input unreadable, damaged or not supported" },
  unsupported: {
    exit: 3,
    meaning: "input that Smooth Streaming cannot carry as it is",
  },
  encode: { exit: 4, meaning: "ffmpeg failed while encoding" },
  mux: { exit: 5, meaning: "encoded media cannot become a package" },
  verify: { exit: 5, meaning: "package not valid when read back" },
  output: { exit: 5, meaning: "output folder or disk not writable" },
  batch: { exit: 6, meaning: "some inputs of a batch failed" },
  exists: { exit: 7, meaning: "package exists and --overwrite is not given" },
  tool: { exit: 8, meaning: "ffmpeg or ffprobe missing or unsuitable" },
  passing: {
    exit: 75,
    meaning: "a task failed by what passes (disk, memory, stopped): try again",
  },
  aborted: {
    exit: 130,
    meaning:
      "interrupted (143 on SIGTERM, 129 on SIGHUP, 141 when stdout is closed)",
  },
} as const satisfies Record<PackErrorCode, { exit: number; meaning: string }>;

export interface PackErrorDetails {
  /** The user's next step, in one sentence. */
  readonly hint?: string;
  /** The cause, kept for `--debug`. */
  readonly cause?: unknown;
  /** Facts for machines: file, fragment, expected, found, command and so on. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/**
 * The one error class of mss-pack. The message gives the event, the place, the found and the
 * expected value. Any other thrown value is a bug in mss-pack.
 */
export class PackError extends Error {
  override readonly name = "PackError";
  readonly code: PackErrorCode;
  readonly hint: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    code: PackErrorCode,
    message: string,
    details: PackErrorDetails = {},
  ) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.hint = details.hint;
    this.facts = details.facts ?? {};
  }
}

/** Throws the `aborted` PackError when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(signal);
}

/** The `aborted` PackError for a signal that has fired. */
export function abortedError(signal: AbortSignal | undefined): PackError {
  return new PackError("aborted", "Stopped before the work was done.", {
    cause: signal?.reason,
  });
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return systemWords(error) ?? error.message;
}

/**
 * The system's message, such as "permission denied": Node.js puts its code before it, and its
 * call and the path after it.
 */
function systemWords(error: Error): string | undefined {
  const { errno } = error as NodeJS.ErrnoException;
  return errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
}

/**
 * The fault of bytes that could not be read. The language stops a reader that runs beyond their
 * end, and its message (about offsets, views and undefined) is useless to the owner of a file.
 */
export function readingError(error: unknown): string {
  return error instanceof RangeError || error instanceof TypeError
    ? "it is damaged: its parts do not fit together"
    : messageOf(error);
}

/** A thrown value that is not a PackError is our bug. */
export const BUG = { code: "bug", exit: 1 } as const;

/** A failure as plain data, for `--json` and reports. */
export interface Failure {
  readonly code: PackErrorCode | typeof BUG.code;
  /** Exit code of a process that ends with this failure. */
  readonly exit: number;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A thrown value as plain data. */
export function describeError(error: unknown): Failure {
  const message = messageOf(error);
  if (!(error instanceof PackError))
    return { ...BUG, message, hint: BUG_HINT, facts: {} };
  const { code, hint, facts } = error;
  return { code, exit: EXIT_CODES[code].exit, message, hint, facts };
}

const BUG_HINT =
  "This is a bug in mss-pack. Please report it with the output of the same command and --debug.";

/** Advice for failures of a disk, apart from using another place. */
const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full: make room, or give another",
  EDQUOT: "Your share of the disk is used up: make room, or give another",
  EROFS: "The disk is read-only: give another",
  EACCES: "You may not write there: give another",
  EPERM: "You may not write there: give another",
  EFBIG: "This disk takes no file of that size (FAT: 4 GiB): give another",
};

/**
 * The `output` error for one of our files or folders that cannot be written.
 *
 * @param cause the error of the disk: an error of Node, or one with the same `code`
 * @param option that names another place
 */
export function outputError(
  path: string,
  cause: unknown,
  option = "-o FOLDER",
): PackError {
  const errno = errnoOf(cause);
  const hint = HINTS[errno ?? ""];
  return new PackError(
    "output",
    `${path}: cannot be written (${messageOf(cause)}).`,
    {
      cause,
      ...(hint !== undefined && { hint: `${hint} ${option}.` }),
      facts: { file: path, errno },
    },
  );
}

/** The system's code for a failure, such as `ENOSPC`. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code)
    ? code
    : undefined;
}

/** What is wrong with a file, for words that name it themselves: half a sentence, without its stop. */
export function faultOf(error: unknown, file: string): string {
  const said = messageOf(error).replace(/\.$/, "");
  return said.startsWith(`${file}: `) ? said.slice(file.length + 2) : said;
}

/** The same error with another sentence in the hint. */
export function withHint(error: PackError, sentence: string): PackError {
  const hint = [error.hint, sentence]
    .filter((part) => part !== undefined)
    .join("\n  ");
  const more = new PackError(error.code, error.message, {
    ...("cause" in error && { cause: error.cause }),
    hint,
    facts: error.facts,
  });
  if (error.stack !== undefined) more.stack = error.stack;
  return more;
}
