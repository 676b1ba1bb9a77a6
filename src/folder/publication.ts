import { existsSync } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isPlainName } from "../verify/server-manifest.js";
import { syncFolder, writeNew } from "./durable.js";

/** In the work folder, from just before files move to their place: which they are. */
const FILE = "publishing.json";

interface Publication {
  /** Files of the new package, the .ism last. */
  readonly fresh: readonly PlacedFile[];
  /** Files of the package that it replaces, the .ism last. */
  readonly old: readonly PlacedFile[];
}

/** A file told apart from any other that may stand under its name later. */
export interface PlacedFile {
  readonly file: string;
  /** Text, for JSON has no numbers that large. */
  readonly inode: string;
  readonly size: string;
  readonly modified: string;
}

/** @returns undefined when there is no such file */
export async function placedFile(
  folder: string,
  file: string,
): Promise<PlacedFile | undefined> {
  const path = join(folder, file);
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (stats === undefined) return undefined;
  const { ino, size, mtimeNs } = stats;
  return {
    file,
    inode: String(ino),
    size: String(size),
    modified: String(mtimeNs),
  };
}

/** Writes down what is about to be moved and removed, and flushes it: a run killed in the middle can be taken back. */
export async function announce(
  work: string,
  target: string,
  fresh: readonly string[],
  old: readonly string[],
): Promise<void> {
  const publication: Publication = {
    fresh: await placedFiles(work, fresh),
    old: await placedFiles(target, old),
  };
  await writeNew(join(work, FILE), JSON.stringify(publication));
  await syncFolder(work);
}

/** Has the publication of this work folder begun? */
export function isAnnounced(work: string): boolean {
  return existsSync(join(work, FILE));
}

/**
 * Takes back what a dead run had moved to `target` without coming to its .ism,
 * and what it had begun to replace: without an .ism these are no package, and
 * only in the way of the next one. A complete package is left alone.
 *
 * @param work the dead run's work folder
 */
export async function takeBack(work: string, target: string): Promise<void> {
  const publication = await readPublication(work);
  const manifest = publication?.fresh.at(-1)?.file;
  if (publication === undefined || manifest === undefined) return;
  if ((await placedFile(target, manifest)) !== undefined) return;
  for (const known of [...publication.fresh, ...publication.old]) {
    const found = await placedFile(target, known.file);
    if (isSame(found, known)) await rm(join(target, known.file));
  }
}

function isSame(found: PlacedFile | undefined, known: PlacedFile): boolean {
  return (
    found?.inode === known.inode &&
    found.size === known.size &&
    found.modified === known.modified
  );
}

async function placedFiles(
  folder: string,
  files: readonly string[],
): Promise<PlacedFile[]> {
  const found = await Promise.all(
    files.map((file) => placedFile(folder, file)),
  );
  return found.filter((file) => file !== undefined);
}

async function readPublication(work: string): Promise<Publication | undefined> {
  try {
    const text = await readFile(join(work, FILE), "utf8");
    const value = JSON.parse(text) as Partial<Publication>;
    const { fresh, old } = value;
    if (!isList(fresh) || !isList(old)) return undefined;
    return { fresh, old };
  } catch {
    return undefined;
  }
}

/** Nothing outside of the folder is ever removed, whatever the file says. */
function isList(value: unknown): value is readonly PlacedFile[] {
  return (
    Array.isArray(value) &&
    value.every(({ file }: Partial<PlacedFile>) => isPlainName(file ?? ""))
  );
}
