import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { errnoOf, messageOf, PackError } from "../../errors.js";
import { finishedName, isImage, mayBeFilm, posterTest } from "../sidecars.js";
import type { WatchFolders, WatchOptions } from "./folders.js";
import type { FileState } from "./queue.js";

/** Options of a look. */
export interface LookOptions {
  /** Look into the folders of the folder too. */
  readonly recursive?: boolean | undefined;
  /** Called for a folder in the tree that cannot be read: the look goes on without it. */
  readonly onUnreadable?:
    ((folder: string, cause: unknown) => void) | undefined;
}

/**
 * The files in a watch folder that may be films, take-2 before take-10, by their paths in
 * it. Files that only accompany a film are left alone.
 *
 * @throws the error of the system when the folder cannot be read
 */
export async function candidates(
  folders: WatchFolders,
  options: LookOptions = {},
): Promise<FileState[]> {
  const { inbox, notInbox } = folders;
  const all = await pathsIn(inbox, options, new Set(notInbox));
  const names = all.filter((path) => mayBeFilm(basename(path)));
  const states = await Promise.all(
    names.sort(NATURAL.compare).map((name) => stateOf(inbox, name)),
  );
  const files = states.filter((state) => state !== undefined);
  // The poster of a film may be there while the film is still on its way.
  const coming = all.map(finishedName).filter((name) => name !== undefined);
  return withoutPosters(files, coming, folders, options);
}

const NATURAL = new Intl.Collator("en", { numeric: true });

/**
 * Paths of the files in a folder. Hidden folders and links to folders are skipped, so
 * that a walk ends.
 *
 * @param passed paths of folders to skip
 * @throws the error of the system when the folder itself cannot be read
 */
async function pathsIn(
  root: string,
  { recursive = false, onUnreadable }: LookOptions,
  passed: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const paths: string[] = [];
  const walk = async (entries: readonly Dirent[], below: string) => {
    for (const entry of entries) {
      const path = join(below, entry.name);
      if (!entry.isDirectory()) paths.push(path);
      else if (recursive && !entry.name.startsWith(".") && !passed.has(path))
        await walk(await entriesOf(join(root, path), onUnreadable), path);
    }
  };
  await walk(entries, "");
  return paths;
}

/** A folder that has disappeared has no entries. */
async function entriesOf(
  folder: string,
  onUnreadable: LookOptions["onUnreadable"],
): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (errnoOf(cause) !== "ENOENT") onUnreadable?.(folder, cause);
    return [];
  }
}

/** A poster stays when its film is put away. It must not be taken for a film then. */
async function withoutPosters(
  files: readonly FileState[],
  coming: readonly string[],
  { done, failed }: WatchFolders,
  { recursive }: LookOptions,
): Promise<FileState[]> {
  const here = [...files.map(({ name }) => name), ...coming];
  const isPoster = posterTest(here);
  const left = files.filter(({ name }) => !isPoster(name));
  if (!left.some(({ name }) => isImage(name))) return left;
  const away = await Promise.all(
    [done, failed].map((folder) =>
      pathsIn(folder, { recursive }).catch(() => []),
    ),
  );
  const wasPoster = posterTest(away.flat());
  return left.filter(({ name }) => !wasPoster(name));
}

/** @returns undefined when it is no file, or has disappeared */
export async function stateOf(
  folder: string,
  name: string,
): Promise<FileState | undefined> {
  const stats = await stat(join(folder, name)).catch(() => undefined);
  return stats?.isFile()
    ? { name, size: stats.size, changedMs: stats.mtimeMs }
    : undefined;
}

/**
 * Looks into a folder that may be away for a while, like a network disk. Its absence is
 * reported once, and the folder counts as empty. The first look must succeed; with `once`
 * there is no later look.
 *
 * @throws PackError `input` at the first look and with `once`, when the folder cannot be read
 */
export function lookInto(
  folders: WatchFolders,
  { once, recursive, onWarning }: WatchOptions,
): () => Promise<readonly FileState[]> {
  const folder = folders.inbox;
  let isFirst = true;
  let away = new Set<string>();
  return async () => {
    const now = new Set<string>();
    const miss = (path: string, cause: unknown) => {
      now.add(path);
      if (!away.has(path)) onWarning?.(unreadable(path, cause));
    };
    const files = await candidates(folders, {
      ...{ recursive, onUnreadable: miss },
    }).catch((cause: unknown) => {
      if (once || isFirst)
        throw new PackError("input", unreadable(folder, cause), { cause });
      miss(folder, cause);
      return [];
    });
    isFirst = false;
    // The folders inside an unreadable folder are unknown, so they stay in the list.
    if (now.has(folder)) away.forEach((path) => now.add(path));
    for (const path of away)
      if (!now.has(path)) onWarning?.(`${path}: can be read again.`);
    away = now;
    return files;
  };
}

function unreadable(folder: string, cause: unknown): string {
  return `${folder}: cannot be read (${messageOf(cause)}).`;
}
