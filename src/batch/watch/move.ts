import { constants } from "node:fs";
import {
  access,
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

/**
 * Moves a file into a folder. What stands there is never replaced: a number is
 * added, `film-2.mp4`. Of a symbolic link the link is moved, and leads to the same file.
 *
 * @returns where it stands now
 * @throws what the system says
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

/** @returns false when something stands there */
async function moveFile(from: string, to: string): Promise<boolean> {
  try {
    // A rename would replace a file that appeared in this moment.
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    return moveWithoutLinks(from, to);
  }
  await removeMoved(from, to);
  return true;
}

/** @returns false when something stands there */
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
 * What a link must say in another folder to lead to the same file: the way back,
 * and on as before. Not shortened: after a folder that is a link, `..` leads elsewhere.
 */
async function targetFrom(from: string, folder: string): Promise<string> {
  const target = await readlink(from);
  if (isAbsolute(target)) return target;
  const back = relative(await realpath(folder), await realpath(dirname(from)));
  return `${back}/${target}`;
}

/** Where the old name cannot be taken away, neither is there a new one. */
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
  const isTaken = await access(to).then(
    () => true,
    () => false,
  );
  if (isTaken) return false;
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
    await unlink(from);
  }
  return true;
}
