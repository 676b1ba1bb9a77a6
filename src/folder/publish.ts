import { link, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "./durable.js";
import { existsError, writing } from "./errors.js";
import { exists, mediaOf } from "./look.js";
import { syncMade } from "./make-folders.js";
import { announce } from "./publication.js";

export interface PublishOptions {
  /** Names in the package; the last one makes it visible (the .ism). */
  readonly files: readonly string[];
  readonly overwrite: boolean;
  /** Folders that were made for the package, outermost first. */
  readonly made: readonly string[];
}

/**
 * Moves the finished files to their place, the last one last. All of them have
 * been flushed when they were written; their names are flushed before the .ism
 * gets its own, so that a power cut never leaves an .ism over missing media.
 *
 * @throws PackError `exists` when something stands there and `overwrite` is off, `output` when the disk refuses
 */
export async function publish(
  work: string,
  target: string,
  { files, overwrite, made }: PublishOptions,
): Promise<void> {
  const old = overwrite ? await oldPackage(target, files) : [];
  const moved: string[] = [];
  await writing(target, async () => {
    await announce(work, target, files, old);
    await removeOld(target, old);
    await syncMade(made);
    try {
      for (const file of files) {
        if (file === files.at(-1)) await syncFolder(target);
        await moveNew(join(work, file), join(target, file));
        moved.push(file);
      }
      await syncFolder(target);
    } catch (error) {
      for (const file of moved.reverse())
        await rm(join(target, file), { force: true });
      throw error;
    }
  });
}

/**
 * Moves a file to where nothing stands. A rename would replace what another run
 * published in the meantime; a hard link does not. The first name goes with the
 * work folder: till then nobody else can get the file's inode. File systems
 * without links get a look and a rename.
 */
async function moveNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const isTaken =
      (error as NodeJS.ErrnoException).code === "EEXIST" || (await exists(to));
    if (isTaken) throw existsError(to);
    await rename(from, to);
  }
}

/** Files of an older package of this name, its .ism last; rungs that the new package no longer has too. */
async function oldPackage(
  target: string,
  files: readonly string[],
): Promise<string[]> {
  const manifest = files.at(-1) ?? "";
  const media = await mediaOf(join(target, manifest));
  return [...new Set([...media, ...files.slice(0, -1)]), manifest];
}

/** The .ism first, on the disk too, so that at no moment a manifest stands over missing files. */
async function removeOld(
  target: string,
  old: readonly string[],
): Promise<void> {
  const manifest = old.at(-1);
  if (manifest === undefined) return;
  await rm(join(target, manifest), { force: true });
  await syncFolder(target);
  for (const file of old) await rm(join(target, file), { force: true });
}
