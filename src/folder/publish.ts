import { link, open, rename, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { existsError, writing } from "./errors.js";
import { exists, mediaOf } from "./look.js";
import { removeWork } from "./work.js";

/**
 * Moves the finished files to their place, the last one last, and removes the
 * work folder.
 *
 * @throws PackError `exists` when something stands there and `overwrite` is off, `output` when the disk refuses
 */
export async function publish(
  work: string,
  target: string,
  files: readonly string[],
  overwrite: boolean,
): Promise<void> {
  const moved: string[] = [];
  await writing(target, async () => {
    if (overwrite) await removeOldPackage(target, files);
    try {
      for (const file of files) {
        await moveNew(join(work, file), join(target, file));
        moved.push(file);
      }
    } catch (error) {
      for (const file of moved) await rm(join(target, file), { force: true });
      throw error;
    }
    await syncFolder(target);
  });
  await removeWork(work);
}

/**
 * Moves a file to where nothing stands. A rename would replace what another run
 * published in the meantime; a hard link does not. File systems without links
 * get a look and a rename.
 */
async function moveNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const isTaken =
      (error as NodeJS.ErrnoException).code === "EEXIST" || (await exists(to));
    if (isTaken) throw existsError(to);
    await rename(from, to);
    return;
  }
  await unlink(from);
}

/**
 * Takes an older package of this name away, its .ism first, so that at no
 * moment an old manifest stands over new files; rungs that the new package no
 * longer has go too.
 */
async function removeOldPackage(
  target: string,
  files: readonly string[],
): Promise<void> {
  const manifest = join(target, files.at(-1) ?? "");
  const media = await mediaOf(manifest);
  await rm(manifest, { force: true });
  for (const file of [...media, ...files])
    await rm(join(target, file), { force: true });
}

/** A rename is only safe from a power cut when its folder is on the disk too. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // folders cannot be opened there
  const handle = await open(folder, "r");
  await handle.sync();
  await handle.close();
}
