import {
  access,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { messageOf, PackError } from "./errors.js";
import { isPlainName } from "./verify/server-manifest.js";
import { descendants, parseXml } from "./verify/xml-reader.js";

export interface PackageFolderOptions {
  /** Replace a package of the same name. */
  readonly overwrite: boolean;
  /** Refuse to begin when the disk has less room than this. */
  readonly neededBytes: number;
}

/**
 * A place to build a package in, hidden beside where it will stand, so that
 * nothing half-written is ever taken for a package.
 */
export interface PackageFolder {
  /** Where the files are written. */
  readonly work: string;
  /** Where the package will stand. */
  readonly target: string;
  /** Moves the finished files to their place, the last one last, and removes the work folder. */
  publish(): Promise<void>;
  /** Removes what was written, and folders made for it. */
  discard(): Promise<void>;
}

/** Hidden from listings and from origins. */
const WORK_PREFIX = ".mss-pack-tmp-";

/**
 * Opens a work folder in `output`, making `output` when it is missing.
 *
 * @param files names in the package; the last one makes it visible (the .ism)
 * @throws PackError `exists` when a file of that name stands there and `overwrite` is off,
 * `usage` when `output` is no folder, `output` when it cannot be written or the disk is too full
 */
export async function openPackageFolder(
  output: string,
  files: readonly string[],
  options: PackageFolderOptions,
): Promise<PackageFolder> {
  const target = resolve(output);
  await requireFolder(target);
  if (!options.overwrite) await refuseExisting(target, files);
  const firstMade = await making(target, () =>
    mkdir(target, { recursive: true }),
  );
  try {
    await requireRoom(target, options.neededBytes);
    const work = await making(target, () => mkdtemp(join(target, WORK_PREFIX)));
    return {
      work,
      target,
      publish: () => publish(work, target, files),
      discard: () => discard(work, target, firstMade),
    };
  } catch (error) {
    await removeEmpty(target, firstMade);
    throw error;
  }
}

async function requireFolder(target: string): Promise<void> {
  const stats = await stat(target).catch(() => undefined);
  if (stats === undefined || stats.isDirectory()) return;
  throw new PackError(
    "usage",
    `${target}: is a file. Expected a folder for the package.`,
  );
}

async function refuseExisting(
  target: string,
  files: readonly string[],
): Promise<void> {
  for (const file of [...files].reverse()) {
    if (!(await exists(join(target, file)))) continue;
    throw new PackError("exists", `${join(target, file)}: exists already.`, {
      hint: "Give --overwrite to replace it, or another --name.",
      facts: { file: join(target, file) },
    });
  }
}

/** Before hours of work, not after. */
async function requireRoom(target: string, neededBytes: number): Promise<void> {
  const disk = await statfs(target).catch(() => undefined);
  if (disk === undefined) return;
  const free = disk.bavail * disk.bsize;
  if (free >= neededBytes) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new PackError(
    "output",
    `${target}: needs about ${megabytes(neededBytes)}, the disk has ${megabytes(free)} free.`,
    {
      facts: { neededBytes, freeBytes: free },
    },
  );
}

async function publish(
  work: string,
  target: string,
  files: readonly string[],
): Promise<void> {
  await making(target, async () => {
    await removeOldPackage(target, files);
    for (const file of files)
      await rename(join(work, file), join(target, file));
    await syncFolder(target);
    await rm(work, { recursive: true, force: true });
  });
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

/** The media files that a manifest names, as far as it can be read and they lie beside it. */
async function mediaOf(manifest: string): Promise<string[]> {
  try {
    const root = parseXml(await readFile(manifest));
    const names = descendants(root, "video", "audio").map(
      (track) => track.attributes.get("src") ?? "",
    );
    return names.filter(
      (name) => isPlainName(name) && /\.ism[av]$/i.test(name),
    );
  } catch {
    return [];
  }
}

/** A rename is only safe from a power cut when its folder is on the disk too. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // folders cannot be opened there
  const handle = await open(folder, "r");
  await handle.sync();
  await handle.close();
}

async function discard(
  work: string,
  target: string,
  firstMade: string | undefined,
): Promise<void> {
  await rm(work, { recursive: true, force: true });
  await removeEmpty(target, firstMade);
}

/** Removes only folders that we made, and only while they are empty. */
async function removeEmpty(
  target: string,
  firstMade: string | undefined,
): Promise<void> {
  if (firstMade === undefined) return;
  for (
    let folder = target;
    folder.startsWith(firstMade);
    folder = dirname(folder)
  ) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

async function making<T>(target: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new PackError(
      "output",
      `${target}: cannot be written (${messageOf(cause)}).`,
      { cause },
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
