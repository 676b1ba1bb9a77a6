import { closeSync, openSync, readSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { messageOf, PackError } from "../errors.js";
import {
  FragmentFolder,
  type MediaSource,
  type SyncSource,
} from "./fragment-folder.js";
import { isFolder } from "../util/files.js";
import { openFile } from "./scan.js";

/** Opens a file, or a folder of fragments, for reading. Throws a PackError `input` when that fails. */
export async function openForReading(path: string): Promise<MediaSource> {
  try {
    return (await isFolder(path))
      ? new FragmentFolder(path)
      : await openFile(path);
  } catch (cause) {
    throw new PackError(
      "input",
      `${path}: cannot be read (${messageOf(cause)}).`,
      { cause },
    );
  }
}

/** The same for readers that do not wait. @throws the error of the system */
export function openAtOnce(path: string): SyncSource {
  if (statSync(path).isDirectory()) return new FragmentFolder(path);
  const fd = openSync(path, "r");
  return {
    readSync: (buffer, length, position) =>
      readSync(fd, buffer, 0, length, position),
    closeSync: () => closeSync(fd),
  };
}

/** A folder of fragments as one file, for programs that read no folders. */
export async function joinFolder(folder: string, to: string): Promise<void> {
  const source = new FragmentFolder(folder);
  const file = await open(to, "wx");
  try {
    const buffer = Buffer.allocUnsafe(JOINED_AT_ONCE);
    for (let at = 0; ;) {
      const length = source.readSync(buffer, buffer.length, at);
      if (length === 0) return;
      await file.write(buffer, 0, length);
      at += length;
    }
  } finally {
    await file.close();
    await source.close();
  }
}

const JOINED_AT_ONCE = 1 << 20;

/** The sum of files and folders; a missing one counts 0, and its reader reports the error. */
export async function bytesOfSources(
  paths: readonly string[],
): Promise<number> {
  const sizes = paths.map((path) => sizeOfSource(path).catch(() => 0));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** How many bytes can be read of a file, or of a folder of fragments. */
export async function sizeOfSource(path: string): Promise<number> {
  const source = await openForReading(path);
  try {
    return (await source.stat()).size;
  } finally {
    await source.close();
  }
}
