import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { throwIfAborted, PackError, errnoOf, withHint } from "../errors.js";
import { isStoreAddress } from "../store/address.js";
import { exists, makeFolders, removeEmpty } from "../util/files.js";
import { size } from "../util/format.js";
import { clearDeadWork } from "./clean-up.js";
import { writing } from "./errors.js";
import { openJournal, type Journal } from "./journal.js";
import type { OutputFolder, OutputTarget } from "./output-target.js";
import { publish } from "./publish.js";
import type { Job } from "./stamp.js";
import {
  refuseExisting,
  refuseShared,
  refuseSource,
  requireFolder,
  requireRoom,
} from "./refusals.js";
import {
  closeWork,
  makeWork,
  type WorkFolder,
  keepWork,
  recogniseWork,
} from "./work.js";

export type { OutputFolder } from "./output-target.js";

/** An open work folder, and the two ways out of it. */
interface OpenFolder extends OutputFolder {
  /** Moves the finished files to their place, the last one last, and removes the work folder. */
  publish(): Promise<void>;
  /**
   * Removes what was written, and folders made for it. Keeps finished steps for the next
   * run on request.
   *
   * @returns the error to throw: the same, or the real cause
   */
  abandon(error: unknown): Promise<unknown>;
}

/**
 * Has a package written into a hidden folder and moves it to its place when the work
 * resolves. When the work rejects, nothing is left but finished steps that are kept for
 * the next run on request.
 *
 * @returns the result of `work`
 * @throws PackError `exists` when a file of that name stands there and `overwrite` is
 * off, `usage` when the target is no folder, or the source or another package's file
 * would be replaced, `output` when it cannot be written or the disk is too full, and the
 * errors of `work`
 */
export async function withOutput<T>(
  target: OutputTarget,
  work: (out: OutputFolder) => Promise<T>,
): Promise<T> {
  if (isStoreAddress(target.folder)) {
    const { withStoreOutput } = await import("./store-output.js");
    return withStoreOutput(target, work);
  }
  const folder = await openFolder(target);
  try {
    const result = await work(folder);
    await folder.publish();
    return result;
  } catch (error) {
    throw await folder.abandon(error);
  }
}

/**
 * Ends what dead runs left half done in a folder, so that its packages can be read.
 *
 * @throws PackError `output`
 */
export async function settleFolder(
  folder: string,
  job: Job,
  signal: AbortSignal | undefined,
): Promise<void> {
  const names = await writing(folder, () => readdir(folder));
  if (names.every((name) => recogniseWork(join(folder, name)) === undefined))
    return;
  const work = await openWork(folder, [], () => false);
  try {
    await writing(folder, () =>
      clearDeadWork(folder, work, job, { resume: false, signal }),
    );
  } finally {
    await closeWork(work);
  }
}

/** Opens a work folder in the target, and clears the remains of dead runs there. */
async function openFolder(options: OutputTarget): Promise<OpenFolder> {
  const { folder: target, files, job, resume, signal, neededBytes } = options;
  throwIfAborted(signal);
  await requireFolder(target);
  const refuse = async () => {
    for (const source of options.sources)
      await refuseSource(target, files, source);
    await refuseShared(target, files);
  };
  const made = await writing(target, () => makeFolders(target));
  let journal: Journal | undefined;
  let note: string | undefined;
  const hasSteps = () => journal?.hasSteps() ?? false;
  const isKept = () => resume && hasSteps();
  const work = await openWork(target, made, isKept);
  const abandon = (error: unknown) =>
    leave({ work, target, made, signal, hasSteps, resume, neededBytes }, error);
  try {
    note = await writing(target, () =>
      clearDeadWork(target, work, job, options),
    );
    journal = await writing(target, () => openJournal(work, job));
    await writing(target, refuse);
    if (!options.overwrite)
      await refuseExisting(target, files, options.difference);
    await requireRoom(target, neededBytes - journal.bytes());
  } catch (error) {
    throw await abandon(error);
  }
  const stop = AbortSignal.any([...(signal ? [signal] : []), work.lost]);
  return {
    work: work.path,
    encoded: work.encoded,
    target,
    signal: stop,
    notes: note === undefined ? [] : [note],
    once: options.isSecret
      ? async (_, step) => {
          await step();
        }
      : journal.once,
    abandon,
    async publish() {
      const { overwrite, kept = [], prepare } = options;
      await publish(work, target, {
        ...{ files, made, refuse, prepare, signal: stop, overwrite, kept },
      });
      await closeWork(work);
    },
  };
}

async function openWork(
  target: string,
  made: readonly string[],
  isKept: () => boolean,
): Promise<WorkFolder> {
  try {
    return await writing(target, () => makeWork(target, isKept));
  } catch (error) {
    await removeEmpty(made);
    throw error;
  }
}

interface AbandonOptions {
  readonly work: WorkFolder;
  readonly target: string;
  /** Folders that were made for the package, outermost first. */
  readonly made: readonly string[];
  readonly neededBytes: number;
  /** The signal of the caller. */
  readonly signal: AbortSignal | undefined;
  /** Keep finished steps. */
  readonly resume: boolean;
  /** Whether there are finished steps. */
  readonly hasSteps: () => boolean;
}

/**
 * Leaves the work folder of a failed package: removes it, or keeps it for the next run.
 *
 * @returns the error to throw: the same, or the real cause
 */
async function leave(
  leaving: AbandonOptions,
  error: unknown,
): Promise<unknown> {
  const { work, target, made, signal } = leaving;
  if (!(await exists(work.path)) && isOurs(error) && !signal?.aborted) {
    await closeWork(work);
    return lost(target, error);
  }
  const failure = isFull(error) ? full(leaving, error) : stopped(error);
  if (isOfSource(failure)) return discard(work, made, failure);
  if (!leaving.hasSteps())
    return discard(
      work,
      made,
      leaving.resume ? hinted(failure, TOO_EARLY) : failure,
    );
  if (leaving.resume) return keep(work, failure);
  return discard(work, made, hinted(failure, RESUME));
}

function stopped(error: unknown): unknown {
  const isStopped = error instanceof PackError && error.code === "aborted";
  return isStopped ? hinted(error, NOTHING_THERE) : error;
}

const NOTHING_THERE = "Nothing was published; run the same command again.";

async function discard(
  work: WorkFolder,
  made: readonly string[],
  error: unknown,
): Promise<unknown> {
  await closeWork(work);
  await removeEmpty(made);
  return error;
}

async function keep(work: WorkFolder, error: unknown): Promise<unknown> {
  const kept = await keepWork(work).catch(() => undefined);
  if (kept === undefined) return error;
  const where = `${kept} keeps what is encoded; --resume goes on from there.`;
  return hinted(error, where);
}

const RESUME =
  "With --resume, a run that fails keeps what is encoded for the next one.";

const TOO_EARLY =
  "--resume had nothing to keep: no piece of the film was encoded to its end.";

function hinted(error: unknown, sentence: string): unknown {
  return error instanceof PackError ? withHint(error, sentence) : error;
}

/** A run cannot resume from a source that is damaged or has changed. */
function isOfSource(error: unknown): boolean {
  return error instanceof PackError && error.code === "input";
}

/** Not an error of the caller's own callback. */
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

function full(
  { target, neededBytes }: AbandonOptions,
  cause: PackError,
): PackError {
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
