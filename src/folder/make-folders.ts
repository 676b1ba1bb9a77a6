import { mkdir, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "./durable.js";
import { exists } from "./look.js";

/**
 * Makes a folder and those above it, one by one: Node's recursive mkdir never
 * ends where a file system takes no folders (/proc).
 *
 * @returns the folders that were made, outermost first
 */
export async function makeFolders(target: string): Promise<string[]> {
  const missing: string[] = [];
  for (let folder = target; !(await exists(folder)); folder = dirname(folder)) {
    missing.unshift(folder);
    if (dirname(folder) === folder) break; // a drive that is not there
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

/** @returns false when another run has just made it */
async function makeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Flushes new folders: each is a name in the one above it. */
export async function syncMade(made: readonly string[]): Promise<void> {
  for (const folder of made) await syncFolder(dirname(folder));
}

/** Removes folders that we made, and only while they are empty. */
export async function removeEmpty(made: readonly string[]): Promise<void> {
  for (const folder of [...made].reverse()) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}
