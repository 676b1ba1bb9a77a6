import { constants } from "node:fs";
import { access, copyFile, link, rename, unlink } from "node:fs/promises";
import { join, parse } from "node:path";

/**
 * Moves a file into a folder. What stands there is never replaced: a number is
 * added, `film-2.mp4`.
 *
 * @returns where it stands now
 * @throws what the system says
 */
export async function moveInto(file: string, folder: string): Promise<string> {
  const { name, ext } = parse(file);
  for (let number = 1; ; number++) {
    const to = join(folder, `${name}${number === 1 ? "" : `-${number}`}${ext}`);
    if (await moveNew(file, to)) return to;
  }
}

/** @returns false when something stands there */
async function moveNew(from: string, to: string): Promise<boolean> {
  try {
    // A rename would replace a file that appeared in this moment.
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    return moveWithoutLinks(from, to);
  }
  try {
    await unlink(from);
  } catch (error) {
    await unlink(to);
    throw error;
  }
  return true;
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
