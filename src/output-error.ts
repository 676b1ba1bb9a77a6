import { messageOf, PackError } from "./errors.js";

/** What helps against the ways in which a disk refuses, but for another place. */
const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full: make room, or give another",
  EDQUOT: "Your share of the disk is used up: make room, or give another",
  EROFS: "The disk is read-only: give another",
  EACCES: "You may not write there: give another",
  EPERM: "You may not write there: give another",
  EFBIG: "This disk takes no file of that size (FAT: 4 GiB): give another",
};

/**
 * The `output` error for a file or folder of ours that cannot be written.
 *
 * @param cause what the disk said: an error of Node, or one with the same `code`
 * @param option that gives another place
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

/** The system's word for a failure, such as `ENOSPC`. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code)
    ? code
    : undefined;
}

/** The same error with one more sentence of help. */
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
