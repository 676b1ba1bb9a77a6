import {
  access,
  lstat,
  mkdir,
  open,
  rename,
  rmdir,
  stat,
} from "node:fs/promises";
import { dirname } from "node:path";
import { outputError } from "../errors.js";

/** Writes a new file and flushes it to the disk. */
export async function writeNew(
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  await writeFlushed(path, content, "wx");
}

/** Writes a file so that at any moment, even in a power cut, the disk has either the old or the new text. */
export async function replaceText(path: string, text: string): Promise<void> {
  const fresh = freshName(path);
  await writeFlushed(fresh, text, "w");
  await rename(fresh, path);
  await syncFolder(dirname(path));
}

/**
 * Writes a report as one JSON document. There is never half a document.
 *
 * @throws PackError `output` when it cannot be written
 */
export async function writeReport(path: string, report: object): Promise<void> {
  try {
    await replaceText(path, `${JSON.stringify(report, undefined, 2)}\n`);
  } catch (cause) {
    throw outputError(path, cause, "--report FILE");
  }
}

/** Path of a new text until it replaces the old one. */
export function freshName(path: string): string {
  return `${path}.new`;
}

/** Flushes a file that another program has written. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A power cut can lose a new or removed name until its folder is on the disk too. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // Windows cannot open folders
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Some network and user-space file systems can flush only files.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EINVAL" && code !== "ENOTSUP") throw error;
  } finally {
    await handle.close();
  }
}

async function writeFlushed(
  path: string,
  content: string | Uint8Array,
  flags: "w" | "wx",
): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Makes a folder and its parents, one by one: Node's recursive mkdir never ends on a file
 * system without folders (/proc).
 *
 * @returns the new folders, outermost first
 */
export async function makeFolders(target: string): Promise<string[]> {
  const missing: string[] = [];
  for (let folder = target; !(await exists(folder)); folder = dirname(folder)) {
    missing.unshift(folder);
    if (dirname(folder) === folder) break; // the drive does not exist
  }
  const made: string[] = [];
  try {
    for (const folder of missing)
      if (await makeFolder(folder)) made.push(folder);
  } catch (error) {
    await removeEmpty(made);
    throw error;
  }
  return made;
}

/** @returns false when another run has just made the folder */
async function makeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Flushes new folders, by the folder above each. */
export async function syncMade(made: readonly string[]): Promise<void> {
  for (const folder of made) await syncFolder(dirname(folder));
}

/** Removes folders that we made, if they are empty. */
export async function removeEmpty(made: readonly string[]): Promise<void> {
  for (const folder of [...made].reverse()) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

/**
 * Is something at a path, and may this user do that with it? A link counts as its target.
 *
 * @param mode of `fs.constants`: `W_OK` and others, joined; without it, any file counts
 */
export async function exists(path: string, mode?: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** Is a name taken, if only by a link that leads nowhere? */
export async function isTaken(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** The sum of files; a missing one counts 0, and its reader reports the error. */
export async function bytesOf(paths: readonly string[]): Promise<number> {
  const sizes = paths.map(async (path) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
