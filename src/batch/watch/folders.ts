import { constants } from "node:fs";
import {
  access,
  mkdir,
  realpath,
  stat,
  copyFile,
  link,
  lstat,
  readlink,
  rename,
  symlink,
  unlink,
} from "node:fs/promises";
import { join, relative, dirname, isAbsolute, parse } from "node:path";
import { messageOf, PackError } from "../../errors.js";
import { isTaken } from "../../util/files.js";
import { realPlace, staysBelow } from "../../util/paths.js";
import type { BatchOptions } from "../batch.js";
import type { BatchItem } from "../item.js";

/** Options and callbacks of a watch. */
export interface WatchOptions extends Omit<
  BatchOptions,
  "failFast" | "skipExisting"
> {
  /** Films in the folders of the folder are packaged too; `done` and `failed` keep the tree. Links to folders are not followed. */
  readonly recursive?: boolean | undefined;
  /** With `recursive`: a package goes into the folder of `output` that its film has in the watch folder. */
  readonly keepFolders?: boolean | undefined;
  /** A file is finished when it has not changed for this long. Default 5. */
  readonly settleSeconds?: number | undefined;
  /** Time between two looks at the folder. Default 2. */
  readonly pollSeconds?: number | undefined;
  /**
   * First wait of a film that is not to blame for its failure; each further wait is twice
   * as long, up to 15 minutes. Default 60.
   */
  readonly retrySeconds?: number | undefined;
  /** Package the files that are there and finished, then end. */
  readonly once?: boolean | undefined;
  /** Called once, after all checks, the folder's too. */
  readonly onReady?: (() => void) | undefined;
  /** Called with the place of a file after the work on it. */
  readonly onMoved?: ((item: BatchItem, to: string) => void) | undefined;
  /** Called for trouble beside the films, such as a folder that cannot be read for a while. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface WatchFolders {
  readonly inbox: string;
  readonly done: string;
  readonly failed: string;
  /**
   * Folders in the inbox, by their paths in it, whose files are ignored: these two, and
   * the folder of the packages.
   */
  readonly notInbox: readonly string[];
}

/**
 * The watch folder and its folders `done` and `failed`, which are made when they are
 * missing.
 *
 * @throws PackError `usage` when it is no folder, or also the output; `output` when it cannot be written
 */
export async function openFolders(
  inbox: string,
  output: string,
): Promise<WatchFolders> {
  const stats = await stat(inbox).catch(() => undefined);
  if (!stats?.isDirectory()) {
    throw new PackError(
      "usage",
      `${inbox}: cannot be watched: it is not a folder.`,
      {
        hint: "Give a folder that exists; films that are put into it are packaged.",
      },
    );
  }
  await refuseAsOutput(inbox, output);
  const [done, failed] = [join(inbox, "done"), join(inbox, "failed")];
  // Checked now, not after the first film.
  for (const folder of [inbox, done, failed]) await requireWritable(folder);
  const packages = await pathBelow(inbox, output);
  const notInbox = ["done", "failed", ...(packages ? [packages] : [])];
  return { inbox, done, failed, notInbox };
}

/** The path of a folder in another; undefined when it lies elsewhere. */
async function pathBelow(
  root: string,
  folder: string,
): Promise<string | undefined> {
  const path = relative(await realpath(root), await realPlace(folder));
  return staysBelow(path) ? path : undefined;
}

/** Packages in the watch folder would be taken for films. */
async function refuseAsOutput(inbox: string, output: string): Promise<void> {
  const realOutput = await realpath(output).catch(() => undefined);
  if (realOutput !== (await realpath(inbox))) return;
  throw new PackError(
    "usage",
    `${output}: is the watch folder too. Expected another folder for the packages.`,
    { hint: "A folder in the watch folder will do." },
  );
}

async function requireWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new PackError(
      "output",
      `${folder}: cannot be written (${messageOf(cause)}). Films are moved there.`,
      { cause },
    );
  }
}

/**
 * Moves a file into a folder. A file that stands there is never replaced: the new name
 * gets a number, `film-2.mp4`. A symbolic link is moved itself, and leads to the same
 * file.
 *
 * @returns its new path
 * @throws the error of the system
 */
export async function moveInto(file: string, folder: string): Promise<string> {
  const { name, ext } = parse(file);
  const isLink = (await lstat(file)).isSymbolicLink();
  const move = isLink ? moveLink : moveFile;
  for (let number = 1; ; number++) {
    const to = join(folder, `${name}${number === 1 ? "" : `-${number}`}${ext}`);
    if (await move(file, to)) return to;
  }
}

/** @returns false when a file of that name stands there */
async function moveFile(from: string, to: string): Promise<boolean> {
  try {
    // A rename would replace a file that appeared at this moment.
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    return moveWithoutLinks(from, to);
  }
  await removeMoved(from, to);
  return true;
}

/** @returns false when a file of that name stands there */
async function moveLink(from: string, to: string): Promise<boolean> {
  try {
    await symlink(await targetFrom(from, dirname(to)), to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  await removeMoved(from, to);
  return true;
}

/**
 * The text of a link that leads to the same file from another folder: the way back to the
 * old folder, then the old text. It is not shortened: after a folder that is a link, `..`
 * leads elsewhere.
 */
async function targetFrom(from: string, folder: string): Promise<string> {
  const target = await readlink(from);
  if (isAbsolute(target)) return target;
  const back = relative(await realpath(folder), await realpath(dirname(from)));
  return `${back}/${target}`;
}

/** Removes the old name. If that fails, the new name is removed. */
async function removeMoved(from: string, to: string): Promise<void> {
  try {
    await unlink(from);
  } catch (error) {
    await unlink(to);
    throw error;
  }
}

/** For file systems without hard links, and for a folder on another disk. */
async function moveWithoutLinks(from: string, to: string): Promise<boolean> {
  if (await isTaken(to)) return false;
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
    await unlink(from);
  }
  return true;
}
