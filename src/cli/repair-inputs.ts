import { stat } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { BatchInput } from "../batch/item.js";
import { PackError } from "../errors.js";
import { findPackages } from "../serve/find-packages.js";
import { isStoreAddress } from "../store/address.js";
import { isBelow } from "../util/paths.js";
import { expand, keptFolder, PACKAGES, type NamedFile } from "./patterns.js";
import { refuseFilm } from "./wrong-turns.js";

/** The packages that a command line names. */
export interface GivenPackages {
  readonly inputs: readonly BatchInput[];
  /** False for one plain .ism, which has words and exit codes of its own. */
  readonly isBatch: boolean;
}

export interface GivenFlags {
  readonly output?: string;
  readonly keepFolders?: boolean;
}

/**
 * Packages by name, by pattern, and all below a folder but those in the output folder.
 *
 * @throws PackError `usage` when a word names no package
 */
export async function givenPackages(
  args: readonly string[],
  { output, keepFolders }: GivenFlags,
): Promise<GivenPackages> {
  const words = await Promise.all(args.map((word) => packagesOf(word, output)));
  const files = words.flatMap((word) => word.files);
  for (const { path } of files) requireName(path);
  return {
    inputs: files.map((file) => ({
      path: file.path,
      ...(keepFolders && { folder: keptFolder(file) }),
    })),
    isBatch: args.length > 1 || words.some(({ isMany }) => isMany),
  };
}

async function packagesOf(
  word: string,
  output: string | undefined,
): Promise<{ files: readonly NamedFile[]; isMany: boolean }> {
  const stats = await stat(word).catch(() => undefined);
  if (stats?.isDirectory())
    return { files: await filesBelow(word, output), isMany: true };
  const { files, isPattern } = await expand(word, PACKAGES);
  return { files, isMany: isPattern };
}

async function filesBelow(
  folder: string,
  output: string | undefined,
): Promise<NamedFile[]> {
  const made = output === undefined ? undefined : resolve(output);
  const isMade = (file: string) =>
    made !== undefined && isBelow(made, resolve(file));
  const found = (await findPackages(folder)).map(({ file }) => file);
  const packages = found.filter((file) => !isMade(file));
  if (packages.length === 0)
    throw new PackError("usage", `${folder}: has no package in it.`, {
      hint: "A package is an .ism file with the files that it names.",
      facts: { found: folder },
    });
  return packages.map((path) => ({
    path,
    below: relative(folder, dirname(path)),
  }));
}

/** @throws PackError `usage` or `input` for anything but an .ism on a disk; it may be lost */
function requireName(path: string): void {
  if (isStoreAddress(path))
    throw new PackError(
      "usage",
      `${path}: is in a store. Expected a package on a disk.`,
      { hint: "Copy its files first.", facts: { found: path } },
    );
  refuseFilm(path);
  if (/.\.ism$/i.test(path)) return;
  throw new PackError("usage", `${path}: is not the .ism of a package.`, {
    hint: "Give its .ism. If that is lost, give the name that it had: mss-pack repair film.ism -o out/ finds film_1200.ismv.",
    facts: { found: path },
  });
}
