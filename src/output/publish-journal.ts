import { existsSync } from "node:fs";
import { lstat, mkdir, readFile, rm, link, rename } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "../errors.js";
import { isPlainName } from "../smooth/server-manifest.js";
import { syncFolder, writeNew, exists } from "../util/files.js";
import { existsError } from "./errors.js";

/** In the work folder while files move to their place: the list of those files. */
const FILE = "publishing.json";

/** Where the files of the old package lie until the new one stands. */
export function asideIn(work: string): string {
  return join(work, "replaced");
}

export interface Publication {
  /** Files of the new package, the .ism last. */
  readonly fresh: readonly PlacedFile[];
  /** Files of the replaced package, as far as they are there, the .ism last. */
  readonly old: readonly PlacedFile[];
}

/** A file with its identity: another file may get its name later. */
export interface PlacedFile {
  readonly file: string;
  /** Text, because JSON has no numbers that large. */
  readonly inode: string;
  readonly size: string;
  readonly modified: string;
}

/** @returns undefined when there is no such file; a folder does not count */
export async function placedFile(
  folder: string,
  file: string,
): Promise<PlacedFile | undefined> {
  const path = join(folder, file);
  const stats = await lstat(path, { bigint: true }).catch(unlessMissing);
  if (stats === undefined || stats.isDirectory()) return undefined;
  const { ino, size, mtimeNs } = stats;
  return {
    file,
    inode: String(ino),
    size: String(size),
    modified: String(mtimeNs),
  };
}

/** Whether a file is still there and still the same. */
export async function isInPlace(
  folder: string,
  placed: PlacedFile,
): Promise<boolean> {
  const current = await placedFile(folder, placed.file);
  return (
    current?.inode === placed.inode &&
    current.size === placed.size &&
    current.modified === placed.modified
  );
}

/**
 * Writes down and flushes the files to move, so that the publication of a killed run can
 * be taken back.
 */
export async function writePublication(
  work: string,
  target: string,
  fresh: readonly string[],
  old: readonly string[],
): Promise<Publication> {
  const publication: Publication = {
    fresh: await placedFiles(work, fresh),
    old: await placedFiles(target, old),
  };
  await mkdir(asideIn(work));
  await writeNew(join(work, FILE), JSON.stringify(publication));
  await syncFolder(work);
  return publication;
}

/** Whether the publication of this work folder has begun and not ended. */
export function isAnnounced(work: string): boolean {
  return existsSync(join(work, FILE));
}

/** The publication has ended, in success or failure. */
export async function retract(work: string): Promise<void> {
  await rm(join(work, FILE), { force: true });
}

/**
 * @returns undefined when there is no list, or only part of one: no file moves before it
 * is written
 */
export async function readPublication(
  work: string,
): Promise<Publication | undefined> {
  const text = await readFile(join(work, FILE), "utf8").catch(unlessMissing);
  if (text === undefined) return undefined;
  try {
    const { fresh, old } = JSON.parse(text) as Partial<Publication>;
    return isList(fresh) && isList(old) ? { fresh, old } : undefined;
  } catch {
    return undefined;
  }
}

function unlessMissing(error: unknown): undefined {
  if (errnoOf(error) !== "ENOENT") throw error;
}

async function placedFiles(
  folder: string,
  files: readonly string[],
): Promise<PlacedFile[]> {
  const filesInPlace = await Promise.all(
    files.map((file) => placedFile(folder, file)),
  );
  return filesInPlace.filter((file) => file !== undefined);
}

/** No file outside the folder is ever moved or removed, whatever the list holds. */
function isList(value: unknown): value is readonly PlacedFile[] {
  return (
    Array.isArray(value) &&
    value.every(({ file }: Partial<PlacedFile>) => isPlainName(file ?? ""))
  );
}

/**
 * Moves a file to a free name. A rename would replace a file that appeared there in the
 * meantime; a hard link does not. The first name goes with the work folder: until then no
 * other file can get this file's inode. On file systems without links it looks and then
 * renames.
 *
 * @throws PackError `exists` when something stands there
 */
export async function moveNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (errnoOf(error) === "EEXIST" || (await exists(to)))
      throw existsError(to);
    await rename(from, to);
  }
}
