import { realpath, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { size } from "../amounts.js";
import { PackError } from "../errors.js";
import { existsError } from "./errors.js";
import { exists, filesOf } from "./look.js";
import { sharedFiles } from "./neighbours.js";

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
        hint: "Give another -o FOLDER or another --name.",
      },
    );
  }
}

/**
 * A file that another package names must not change under it, not even with
 * --overwrite: that replaces the package of this name.
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
      hint: `Give another -o FOLDER or another --name, or remove ${manifest} first.`,
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

/** Before hours of work, not after. */
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

/** Where a path really leads; undefined when nothing is there. */
async function realPath(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}
