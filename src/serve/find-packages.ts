import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { isBelow } from "../util/paths.js";
import type { PackagePlace } from "./load-package.js";

/** Deeper folders are not searched. */
const DEEPEST = 16;

/** More packages than this are not listed. */
const MOST_PACKAGES = 10_000;

/** More entries than this are not looked at: the folder may be a whole disk. */
const MOST_ENTRIES = 200_000;

interface FolderSearch {
  readonly root: string;
  readonly packages: PackagePlace[];
  left: number;
}

/**
 * Every .ism below a folder, by path. Skips hidden names (unfinished packages are in hidden
 * folders), links to folders, and links that lead out of the folder.
 *
 * @param root a real path
 */
export async function findPackages(root: string): Promise<PackagePlace[]> {
  const search: FolderSearch = { root, packages: [], left: MOST_ENTRIES };
  await look(search, root, "", 0);
  return search.packages.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function look(
  search: FolderSearch,
  folder: string,
  below: string,
  depth: number,
): Promise<void> {
  // A folder that is gone or that we may not read has no packages.
  const entries = await readdir(folder, { withFileTypes: true }).catch(
    () => [],
  );
  for (const entry of entries) {
    if (--search.left < 0 || search.packages.length >= MOST_PACKAGES) return;
    const { name } = entry;
    if (name.startsWith(".")) continue;
    const path = join(folder, name);
    if (entry.isDirectory()) {
      if (depth < DEEPEST)
        await look(search, path, `${below}${name}/`, depth + 1);
    } else if (
      /.\.ism$/i.test(name) &&
      (await isFileInside(search, entry, path))
    ) {
      const { root } = search;
      search.packages.push({
        root,
        path: below + name.slice(0, -4),
        file: path,
      });
    }
  }
}

async function isFileInside(
  { root }: FolderSearch,
  entry: Dirent,
  path: string,
): Promise<boolean> {
  if (entry.isFile()) return true;
  if (!entry.isSymbolicLink()) return false;
  const real = await realpath(path).catch(() => "");
  if (!isBelow(root, real)) return false;
  return stat(real).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
