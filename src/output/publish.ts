import { rename } from "node:fs/promises";
import { join } from "node:path";
import { PackError, outputError, withHint } from "../errors.js";
import { syncFolder, syncMade } from "../util/files.js";
import { takeBackOthers, undo } from "./clean-up.js";
import { writing } from "./errors.js";
import { withLock } from "./lock.js";
import {
  moveNew,
  writePublication,
  asideIn,
  isInPlace,
  readPublication,
  retract,
  type PlacedFile,
} from "./publish-journal.js";
import { filesOf, sharedFiles } from "./refusals.js";
import type { WorkFolder } from "./work.js";

export interface PublishOptions {
  /** Names in the package; the last one makes it visible (the .ism). */
  readonly files: readonly string[];
  readonly overwrite: boolean;
  /** Files of the replaced package that stay where they are. */
  readonly kept: readonly string[];
  /** Folders that were made for the package, outermost first. */
  readonly made: readonly string[];
  /** Throws when the files that stand there by now must not be replaced. */
  readonly refuse: () => Promise<void>;
  /**
   * Runs when every check has passed. Returns its own undo, for when putting the package
   * in place fails.
   */
  readonly prepare?: (() => Promise<() => Promise<void>>) | undefined;
  /** Ends the wait for other runs. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Moves the finished files to their place, while no other run does that in the same
 * folder. The replaced package is moved aside, and comes back when anything fails.
 *
 * @throws PackError `exists` when something stands there and `overwrite` is off, `output` when the disk refuses,
 * `aborted` when the signal fired while waiting
 */
export async function publish(
  work: WorkFolder,
  target: string,
  options: PublishOptions,
): Promise<void> {
  await writing(target, () =>
    withLock(target, work, options.signal, async () => {
      await takeBackOthers(target, work.path);
      await options.refuse();
      const unprepare = await options.prepare?.();
      try {
        await replace(work.path, target, options);
      } catch (error) {
        throw await rolledBack(work.path, target, unprepare, error);
      }
      await retract(work.path).catch(() => undefined); // the .ism shows it, too
    }),
  );
}

/**
 * All new files were flushed when they were written. The old .ism is gone from the disk
 * before its media goes, and all names are there before the new .ism gets its own. A
 * power cut never leaves an .ism over missing media.
 */
async function replace(
  work: string,
  target: string,
  { files, overwrite, kept, made }: PublishOptions,
): Promise<void> {
  const replaced = overwrite ? await oldPackage(target, files) : [];
  const names = replaced.filter((file) => !kept.includes(file));
  const { old } = await writePublication(work, target, files, names);
  await moveAside(work, target, old, files.at(-1));
  await syncMade(made);
  for (const file of files) {
    if (file === files.at(-1)) await syncFolder(target);
    await moveNew(join(work, file), join(target, file));
  }
  await syncFolder(target);
}

/**
 * Files of the older package of this name, its .ism last. Rungs that the new package lacks
 * belong to it too, unless other packages name them.
 */
async function oldPackage(
  target: string,
  files: readonly string[],
): Promise<string[]> {
  const manifest = files.at(-1) ?? "";
  const named = await filesOf(join(target, manifest));
  const old = [...new Set([...named, ...files.slice(0, -1)])];
  const shared = await sharedFiles(target, manifest, old);
  const kept = new Set(shared.map(({ file }) => file));
  return [...old.filter((file) => !kept.has(file)), manifest];
}

async function moveAside(
  work: string,
  target: string,
  old: readonly PlacedFile[],
  manifest: string | undefined,
): Promise<void> {
  const aside = asideIn(work);
  for (const placed of [...old].reverse()) {
    if (!(await isInPlace(target, placed))) continue;
    await rename(join(target, placed.file), join(aside, placed.file));
    if (placed.file !== manifest) continue;
    await syncFolder(aside);
    await syncFolder(target);
  }
  await syncFolder(aside);
}

/** @returns the error to throw */
async function rolledBack(
  work: string,
  target: string,
  unprepare: (() => Promise<void>) | undefined,
  error: unknown,
): Promise<unknown> {
  try {
    const publication = await readPublication(work);
    if (publication) await undo(work, target, publication);
    await retract(work);
    await unprepare?.();
    return error;
  } catch {
    const failure =
      error instanceof PackError ? error : outputError(target, error);
    return withHint(
      failure,
      "What stood there could not be put back; the next run in this folder tries again.",
    );
  }
}
