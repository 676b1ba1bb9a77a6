import { readdir, realpath } from "node:fs/promises";
import { extname, join } from "node:path";
import { nameKey } from "../name-key.js";
import { filesOf } from "./look.js";
import { placedFile } from "./publication.js";

/** A file that a package in the same folder names. */
export interface SharedFile {
  readonly file: string;
  /** The .ism that names it. */
  readonly manifest: string;
}

/**
 * Which of some files belong to other packages in the folder, too: to one that
 * was renamed, or to an .ism that was written by hand. An .ism that we may
 * not read names nothing.
 *
 * @param own the .ism of the package that is looked at
 */
export async function sharedFiles(
  target: string,
  own: string,
  files: readonly string[],
): Promise<SharedFile[]> {
  const shared: SharedFile[] = [];
  for (const manifest of await readdir(target)) {
    if (extname(manifest).toLowerCase() !== ".ism") continue;
    if (await isSameFile(target, manifest, own)) continue;
    for (const named of await filesOf(join(target, manifest)))
      for (const file of files)
        if (await isSameName(target, named, file))
          shared.push({ file, manifest });
  }
  return shared;
}

/** By name, or by a link: that follows to whatever stands there next. */
async function isSameFile(
  target: string,
  one: string,
  other: string,
): Promise<boolean> {
  if (await isSameName(target, one, other)) return true;
  const paths = [join(target, one), join(target, other)];
  const [first, second] = await Promise.all(
    paths.map((path) => realpath(path).catch(() => undefined)),
  );
  return first !== undefined && first === second;
}

/** Disks of Windows and macOS know a file by its name in capitals, too. */
async function isSameName(
  target: string,
  one: string,
  other: string,
): Promise<boolean> {
  if (one === other) return true;
  if (nameKey(one) !== nameKey(other)) return false;
  const first = await placedFile(target, one);
  const second = await placedFile(target, other);
  return first !== undefined && first.inode === second?.inode;
}
