import { PackError } from "../errors.js";
import { errnoOf, withHint } from "../output-error.js";
import { exists } from "./look.js";
import { removeEmpty } from "./make-folders.js";
import { closeWork, keepWork, type Work } from "./work.js";

export interface Leaving {
  readonly work: Work;
  readonly target: string;
  /** Folders that were made for the package, outermost first. */
  readonly made: readonly string[];
  readonly neededBytes: number;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** Are there steps done that are to be kept? */
  readonly isKept: () => boolean;
  /** Are there steps done at all? */
  readonly hasSteps: () => boolean;
}

/**
 * Leaves a work folder whose package will not be: removes it, or keeps it for
 * the next run.
 *
 * @returns the error to throw: the same, or one that says what really happened
 */
export async function leave(
  leaving: Leaving,
  error: unknown,
): Promise<unknown> {
  const { work, target, made, signal } = leaving;
  if (!(await exists(work.path)) && isOurs(error) && !signal?.aborted) {
    await closeWork(work);
    return lost(target, error);
  }
  const said = isFull(error) ? full(leaving, error) : error;
  if (isOfSource(said)) return discard(work, made, said);
  if (leaving.isKept()) return keep(work, said);
  return discard(work, made, leaving.hasSteps() ? hinted(said, RESUME) : said);
}

async function discard(
  work: Work,
  made: readonly string[],
  error: unknown,
): Promise<unknown> {
  await closeWork(work);
  await removeEmpty(made);
  return error;
}

async function keep(work: Work, error: unknown): Promise<unknown> {
  const kept = await keepWork(work).catch(() => undefined);
  if (kept === undefined) return error;
  const where = `What is finished is kept in ${kept}; --resume goes on from there.`;
  return hinted(error, where);
}

const RESUME =
  "With --resume, a run that fails keeps what is finished for the next one.";

function hinted(error: unknown, sentence: string): unknown {
  return error instanceof PackError ? withHint(error, sentence) : error;
}

/** Of a source that is damaged or has changed there is nothing to go on from. */
function isOfSource(error: unknown): boolean {
  return error instanceof PackError && error.code === "input";
}

/** Not what the caller's own callback has thrown. */
function isOurs(error: unknown): boolean {
  return error instanceof PackError || errnoOf(error) !== undefined;
}

function lost(target: string, cause: unknown): PackError {
  return new PackError(
    "output",
    `${target}: was removed, or the work folder in it, while the package was made.`,
    { cause, facts: { file: target } },
  );
}

function isFull(error: unknown): error is PackError {
  return (
    error instanceof PackError &&
    error.code === "output" &&
    error.facts["errno"] === "ENOSPC"
  );
}

function full({ target, neededBytes }: Leaving, cause: PackError): PackError {
  const megabytes = Math.ceil(neededBytes / 1e6);
  return new PackError(
    "output",
    `${target}: the disk is full. About ${megabytes} MB are needed while this package is made.`,
    {
      cause,
      hint: "Make room, or give another -o FOLDER. Nothing was published.",
      facts: { ...cause.facts, neededBytes },
    },
  );
}
