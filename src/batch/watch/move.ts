import { constants } from "node:fs";
import {
  copyFile,
  link,
  lstat,
  readlink,
  realpath,
  rename,
  symlink,
  unlink,
} from "node:fs/promises";
import { dirname, isAbsolute, join, parse, relative } from "node:path";
import { isTaken } from "../../util/files.js";

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
