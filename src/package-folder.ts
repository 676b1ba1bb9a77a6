import { rmSync } from "node:fs";
import {
  access,
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  unlink,
} from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { messageOf, PackError } from "./errors.js";
import { isPlainName } from "./verify/server-manifest.js";
import { descendants, parseXml } from "./verify/xml-reader.js";

export interface PackageFolderOptions {
  /** Replace a package of the same name. */
  readonly overwrite: boolean;
  /** Refuse to begin when the disk has less room than this. */
  readonly neededBytes: number;
  /** Absolute path of the file that is packaged: never replaced. */
  readonly source: string;
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

/**
 * Opens a work folder in `output`, making `output` when it is missing.
 *
 * @param files names in the package; the last one makes it visible (the .ism)
 * @throws PackError `exists` when a file of that name stands there and `overwrite` is off,
 * `usage` when `output` is no folder or the source would be replaced,
 * `output` when it cannot be written or the disk is too full
 */
export async function openPackageFolder(
  output: string,
  files: readonly string[],
  options: PackageFolderOptions,
): Promise<PackageFolder> {
  const target = resolve(output);
  await requireFolder(target);
  await refuseSource(target, files, options.source);
  if (!options.overwrite) await refuseExisting(target, files);
  const firstMade = await making(target, () =>
    mkdir(target, { recursive: true }),
  );
  try {
    await requireRoom(target, options.neededBytes);
    await making(target, () => removeDeadWork(target));
    const work = await making(target, () => mkdtemp(join(target, WORK_PREFIX)));
    liveWork.add(work);
    return {
      work,
      target,
      publish: () => publish(work, target, files, options.overwrite),
      discard: () => discard(work, target, firstMade),
    };
  } catch (error) {
    await removeEmpty(target, firstMade);
    throw error;
  }
}

/** Hidden from listings and origins; tells whose work it is, so that what a dead run left can be removed. */
const WORK_STEM = `.mss-pack-tmp-${hostname().replaceAll(/[^\w.]/g, "_")}-`;
const WORK_PREFIX = `${WORK_STEM}${process.pid}-`;

/** Work folders of this process; none outlives it, however it ends (but by SIGKILL). */
const liveWork = new Set<string>();
process.on("exit", () => {
  for (const work of liveWork) rmSync(work, { recursive: true, force: true });
});

/** Work folders of runs on this machine that were killed. */
async function removeDeadWork(target: string): Promise<void> {
  for (const name of await readdir(target)) {
    const pid = name.startsWith(WORK_STEM)
      ? Number.parseInt(name.slice(WORK_STEM.length), 10)
      : Number.NaN;
    if (!Number.isNaN(pid) && !isAlive(pid))
      await rm(join(target, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // somebody else's
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

/** The source may lie in the output folder, but must not be one of the package's files, old or new. */
async function refuseSource(
  target: string,
  files: readonly string[],
  source: string,
): Promise<void> {
  const realSource = await realPath(source);
  for (const file of [
    ...files,
    ...(await mediaOf(join(target, files.at(-1) ?? ""))),
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
        hint: "Give another -o FOLDER or another --name.",
      },
    );
  }
}

async function refuseExisting(
  target: string,
  files: readonly string[],
): Promise<void> {
  for (const file of [...files].reverse()) {
    if (!(await exists(join(target, file)))) continue;
    throw existsError(join(target, file));
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
    { facts: { neededBytes, freeBytes: free } },
  );
}

async function publish(
  work: string,
  target: string,
  files: readonly string[],
  overwrite: boolean,
): Promise<void> {
  const moved: string[] = [];
  await making(target, async () => {
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

function existsError(path: string): PackError {
  return new PackError("exists", `${path}: exists already.`, {
    hint: "Give --overwrite to replace it, or another --name.",
    facts: { file: path },
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
  await removeWork(work);
  await removeEmpty(target, firstMade);
}

async function removeWork(work: string): Promise<void> {
  await rm(work, { recursive: true, force: true });
  liveWork.delete(work);
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
    if (cause instanceof PackError) throw cause;
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

/** Where a path really leads; undefined when nothing is there. */
async function realPath(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}
