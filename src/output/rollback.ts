import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../util/files.js";
import { passOver } from "./errors.js";
import {
  moveNew,
  asideIn,
  isAnnounced,
  isInPlace,
  placedFile,
  readPublication,
  retract,
  type PlacedFile,
  type Publication,
} from "./publish-journal.js";
import { recogniseWork } from "./work.js";

/**
 * Ends a half publication. While an .ism stands there is nothing to do: it is the new
 * one, which comes last, or the old one, which goes first. Without an .ism the old
 * package is put back.
 *
 * Only for the holder of the lock: no other run is in the middle of a publication then.
 *
 * @param work the work folder of the run that published
 * @throws PackError `exists` when something else stands under a name of the old package
 */
export async function takeBack(work: string, target: string): Promise<void> {
  const publication = await readPublication(work);
  const manifest = publication?.fresh.at(-1)?.file;
  if (publication && manifest !== undefined)
    if ((await placedFile(target, manifest)) === undefined)
      await undo(work, target, publication);
  await retract(work);
}

/** Does the same for all other runs' work folders in `target`. */
export async function takeBackOthers(
  target: string,
  ownWork: string,
): Promise<void> {
  for (const name of await readdir(target)) {
    const path = join(target, name);
    if (path === ownWork || recogniseWork(path) === undefined) continue;
    if (isAnnounced(path)) await passOver(() => takeBack(path, target));
  }
}

/**
 * Removes the files of the new package and puts the old one back. At no moment, not even
 * after a power cut, does an .ism stand over missing files.
 */
export async function undo(
  work: string,
  target: string,
  { fresh, old }: Publication,
): Promise<void> {
  const manifest = fresh.at(-1)?.file;
  for (const placedFile of [...fresh].reverse()) {
    if (await isInPlace(target, placedFile))
      await rm(join(target, placedFile.file));
    if (placedFile.file === manifest) await syncFolder(target);
  }
  let isWhole = true;
  for (const placed of old) {
    if (placed.file === manifest) {
      if (!isWhole) continue;
      await syncFolder(target);
    }
    isWhole = (await putBack(work, target, placed)) && isWhole;
  }
  await syncFolder(target);
}

/** @returns false when the file is gone */
async function putBack(
  work: string,
  target: string,
  placed: PlacedFile,
): Promise<boolean> {
  if (await isInPlace(target, placed)) return true;
  const aside = asideIn(work);
  if (!(await isInPlace(aside, placed))) return false;
  await moveNew(join(aside, placed.file), join(target, placed.file));
  return true;
}
