import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { writing } from "./errors.js";
import { publish } from "./publish.js";
import {
  refuseExisting,
  refuseSource,
  requireFolder,
  requireRoom,
} from "./refusals.js";
import { makeWork, removeDeadWork, removeEmpty, removeWork } from "./work.js";

export interface PackageFolderOptions {
  /** Replace a package of the same name. */
  readonly overwrite: boolean;
  /** Refuse to begin when the disk has less room than this. */
  readonly neededBytes: number;
  /** Absolute path of the file that is packaged: never replaced. */
  readonly source: string;
}

/**
 * A place to build a package in, hidden beside where it will stand, so that
 * nothing half-written is ever taken for a package.
 */
export interface PackageFolder {
  /** Where the files are written. */
  readonly work: string;
  /** Where the package will stand. */
  readonly target: string;
  /** Moves the finished files to their place, the last one last, and removes the work folder. */
  publish(): Promise<void>;
  /** Removes what was written, and folders made for it. */
  discard(): Promise<void>;
}

/**
 * Opens a work folder in `output`, making `output` when it is missing.
 *
 * @param files names in the package; the last one makes it visible (the .ism)
 * @throws PackError `exists` when a file of that name stands there and `overwrite` is off,
 * `usage` when `output` is no folder or the source would be replaced,
 * `output` when it cannot be written or the disk is too full
 */
export async function openPackageFolder(
  output: string,
  files: readonly string[],
  options: PackageFolderOptions,
): Promise<PackageFolder> {
  const target = resolve(output);
  await requireFolder(target);
  await refuseSource(target, files, options.source);
  if (!options.overwrite) await refuseExisting(target, files);
  const firstMade = await writing(target, () =>
    mkdir(target, { recursive: true }),
  );
  try {
    await requireRoom(target, options.neededBytes);
    await writing(target, () => removeDeadWork(target));
    const work = await writing(target, () => makeWork(target));
    return {
      work,
      target,
      publish: () => publish(work, target, files, options.overwrite),
      discard: () => discard(work, target, firstMade),
    };
  } catch (error) {
    await removeEmpty(target, firstMade);
    throw error;
  }
}

async function discard(
  work: string,
  target: string,
  firstMade: string | undefined,
): Promise<void> {
  await removeWork(work);
  await removeEmpty(target, firstMade);
}
