import { size } from "../amounts.js";
import { PackError, errnoOf, withHint } from "../errors.js";
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
  /** Are steps that are done to be kept? */
  readonly resume: boolean;
  /** Are there any? */
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
  const said = isFull(error) ? full(leaving, error) : stopped(error);
  if (isOfSource(said)) return discard(work, made, said);
  if (!leaving.hasSteps())
    return discard(work, made, leaving.resume ? hinted(said, TOO_EARLY) : said);
  if (leaving.resume) return keep(work, said);
  return discard(work, made, hinted(said, RESUME));
}

function stopped(error: unknown): unknown {
  const isStopped = error instanceof PackError && error.code === "aborted";
  return isStopped ? hinted(error, NOTHING_THERE) : error;
}

const NOTHING_THERE = "Nothing was published; run the same command again.";

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
  "With --resume, a run that fails after its encode keeps the encoded rungs for the next one.";

const TOO_EARLY =
  "--resume had nothing to keep: all rungs are encoded in one go, which had not come to its end.";

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
  return new PackError(
    "output",
    `${target}: the disk is full. About ${size(neededBytes, Math.ceil)} are needed while this package is made.`,
    {
      cause,
      hint: "Make room, or give another -o FOLDER. Nothing was published.",
      facts: { ...cause.facts, neededBytes },
    },
  );
}
