import {
  access,
  constants,
  readdir,
  realpath,
  stat,
  statfs,
} from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { PackError, errnoOf } from "../errors.js";
import { readBytes } from "../smooth/manifest-file.js";
import { isStoreAddress } from "../store/address.js";
import type { Store } from "../store/store.js";
import { exists } from "../util/files.js";
import { size } from "../util/format.js";
import { nameKey } from "../util/paths.js";
import { existsError, writing } from "./errors.js";
import { filesNamedIn } from "./named-files.js";
import { placedFile } from "./publish-journal.js";
import { refuseInStore } from "./refuse-in-store.js";

export async function requireFolder(target: string): Promise<void> {
  const stats = await stat(target).catch(() => undefined);
  if (stats === undefined || stats.isDirectory()) return;
  throw new PackError(
    "usage",
    `${target}: is a file. Expected a folder for the package.`,
  );
}

/** The source may lie in the output folder, but must not be one of the package's files, old or new. */
export async function refuseSource(
  target: string,
  files: readonly string[],
  source: string,
): Promise<void> {
  const realSource = await realPath(source);
  for (const file of [
    ...files,
    ...(await filesOf(join(target, files.at(-1) ?? ""))),
  ]) {
    if (
      realSource === undefined ||
      (await realPath(join(target, file))) !== realSource
    )
      continue;
    throw new PackError(
      "usage",
      `${source}: is the input and would be replaced by the package.`,
      {
        hint: "Give another -o FOLDER.",
      },
    );
  }
}

/**
 * A file that another package names must not change, not even with --overwrite, which
 * replaces only the package of this name.
 */
export async function refuseShared(
  target: string,
  files: readonly string[],
): Promise<void> {
  const own = files.at(-1) ?? "";
  const [shared] = await sharedFiles(target, own, files.slice(0, -1));
  if (shared === undefined) return;
  const { file, manifest } = shared;
  throw new PackError(
    "usage",
    `${join(target, file)}: is a file of ${manifest}, which stands there and names it. The package ${own} would put its own in that place.`,
    {
      hint: `Give another -o FOLDER, or remove ${manifest} first.`,
      facts: { file: join(target, file), manifest: join(target, manifest) },
    },
  );
}

export async function refuseExisting(
  target: string,
  files: readonly string[],
  difference: string | undefined,
): Promise<void> {
  for (const file of [...files].reverse()) {
    if (!(await exists(join(target, file)))) continue;
    throw existsError(join(target, file), difference);
  }
}

/** The place of a package, and what it may replace. */
export interface OutputPlace {
  /** Absolute. */
  readonly folder: string;
  /** Names in the package, the .ism last. */
  readonly files: readonly string[];
  readonly sources: readonly string[];
  readonly overwrite: boolean;
  readonly difference: string | undefined;
  readonly neededBytes: number;
  /** Of a folder in a store. */
  readonly store: Store;
}

/**
 * Makes the checks of opening an output folder, but makes no folder for that.
 *
 * @throws PackError `usage`, `exists` or `output`
 */
export async function refusePlace(place: OutputPlace): Promise<void> {
  const { folder, files, sources, overwrite, difference } = place;
  if (isStoreAddress(folder)) return refuseInStore(place);
  await requireFolder(folder);
  const existingFolder = await nearestStanding(folder);
  await requireFolder(existingFolder);
  if (existingFolder === folder) {
    for (const source of sources) await refuseSource(folder, files, source);
    await writing(folder, () => refuseShared(folder, files));
    if (!overwrite) await refuseExisting(folder, files, difference);
  }
  await writing(folder, () => access(existingFolder, constants.W_OK));
  await requireRoom(existingFolder, place.neededBytes);
}

/** The folder itself, or the one in which it would be made. */
async function nearestStanding(folder: string): Promise<string> {
  const above = dirname(folder);
  return (await exists(folder)) || above === folder
    ? folder
    : nearestStanding(above);
}

/** Runs before hours of work, not after. */
export async function requireRoom(
  target: string,
  neededBytes: number,
): Promise<void> {
  const disk = await statfs(target).catch(() => undefined);
  if (disk === undefined) return;
  const free = disk.bavail * disk.bsize;
  if (free >= neededBytes) return;
  throw new PackError(
    "output",
    `${target}: needs about ${size(neededBytes, Math.ceil)}, the disk has ${size(free, Math.floor)} free.`,
    { facts: { neededBytes, freeBytes: free } },
  );
}

/** The real place of a path; undefined when nothing is there. */
async function realPath(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}

/** A file that a package in the same folder names. */
interface SharedFile {
  readonly file: string;
  /** The .ism that names it. */
  readonly manifest: string;
}

/**
 * Finds the files that belong to other packages in the folder, too: to a renamed package,
 * or to an .ism written by hand. An .ism that we may not read names nothing.
 *
 * @param own the .ism of the package in question
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

/** The same by name, or by a link: a link follows to any file that stands there next. */
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

/** Disks of Windows and macOS ignore the case of names. */
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

/**
 * The files of a package that its .ism names, as far as they lie beside it. There are
 * none when the .ism is missing, not readable for us, or no manifest.
 *
 * @throws the error of a failing disk, which leaves open what the .ism names
 */
export async function filesOf(manifest: string): Promise<string[]> {
  try {
    const files = filesNamedIn(await readBytes(manifest));
    return isSet(manifest)
      ? files.filter((file) => isOfName(file, manifest))
      : files;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== undefined && !UNREADABLE.includes(errno)) throw error;
    return [];
  }
}

/** The .mpd of convert. */
function isSet(manifest: string): boolean {
  return extname(manifest).toLowerCase() === ".mpd";
}

/** Our sets have names that begin alike. An .mpd of another program may name what nobody meant. */
function isOfName(file: string, manifest: string): boolean {
  const name = basename(manifest, extname(manifest));
  return file.startsWith(`${name}_`);
}

export const UNREADABLE = ["ENOENT", "ENOTDIR", "ELOOP", "EACCES", "EPERM"];
