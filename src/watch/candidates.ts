import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { WatchFolders } from "./folders.js";
import type { FileState } from "./settled.js";
import { isNeverFilm, isPicture, posterTest } from "./sidecars.js";

/** What browsers and copy programs add to the name of what is not finished. */
const UNFINISHED =
  /\.(part|partial|filepart|crdownload|download|aria2|tmp|temp)$/i;

/** Names of what is hidden, not finished, or no film. */
const NOT_MEANT = [/^\./, /^~/, /~$/, UNFINISHED, /^thumbs\.db$/i];

/**
 * The files in a watch folder that are meant for us, take-2 before take-10.
 * Folders in it are not looked into, and what only belongs to a film is left alone.
 *
 * @throws what the system says when the folder cannot be read
 */
export async function candidates(folders: WatchFolders): Promise<FileState[]> {
  const all = await readdir(folders.inbox);
  const names = all.filter(
    (name) =>
      !NOT_MEANT.some((pattern) => pattern.test(name)) && !isNeverFilm(name),
  );
  const states = await Promise.all(
    names.sort(NATURAL.compare).map((name) => stateOf(folders.inbox, name)),
  );
  const files = states.filter((state) => state !== undefined);
  // A film that is still on its way has its poster already.
  const coming = all
    .filter((name) => UNFINISHED.test(name))
    .map((name) => name.replace(UNFINISHED, ""));
  return withoutPosters(files, coming, folders);
}

const NATURAL = new Intl.Collator("en", { numeric: true });

/** A poster stays when its film is put away: it must not be taken for a film then. */
async function withoutPosters(
  files: readonly FileState[],
  coming: readonly string[],
  { done, failed }: WatchFolders,
): Promise<FileState[]> {
  const here = [...files.map(({ name }) => name), ...coming];
  const isPoster = posterTest(here);
  const left = files.filter(({ name }) => !isPoster(name));
  if (!left.some(({ name }) => isPicture(name))) return left;
  const away = await Promise.all([namesIn(done), namesIn(failed)]);
  const wasPoster = posterTest(away.flat());
  return left.filter(({ name }) => !wasPoster(name));
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** @returns undefined when it is no file, or gone */
export async function stateOf(
  folder: string,
  name: string,
): Promise<FileState | undefined> {
  const stats = await stat(join(folder, name)).catch(() => undefined);
  return stats?.isFile()
    ? { name, size: stats.size, changedMs: stats.mtimeMs }
    : undefined;
}
