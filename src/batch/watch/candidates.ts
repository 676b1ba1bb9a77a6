import { readdir, stat } from "node:fs/promises";
import { join, extname } from "node:path";
import { messageOf, PackError } from "../../errors.js";
import { packageName } from "../../plan/package-name.js";
import { nameKey } from "../../util/paths.js";
import type { WatchFolders } from "./folders.js";
import type { WatchOptions } from "./options.js";
import type { FileState } from "./queue.js";

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
  if (!left.some(({ name }) => isImage(name))) return left;
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

/**
 * Looks into a folder that may be away for a while, as network disks are: that is
 * told once, and the folder taken for empty. With `once` there is no later.
 *
 * @throws PackError `input` with `once`, when the folder cannot be read
 */
export function lookInto(
  folders: WatchFolders,
  { once, onWarning }: WatchOptions,
): () => Promise<readonly FileState[]> {
  const folder = folders.inbox;
  let isAway = false;
  return async () => {
    try {
      const files = await candidates(folders);
      if (isAway) onWarning?.(`${folder}: can be read again.`);
      isAway = false;
      return files;
    } catch (cause) {
      const message = `${folder}: cannot be read (${messageOf(cause)}).`;
      if (once) throw new PackError("input", message, { cause });
      if (!isAway) onWarning?.(message);
      isAway = true;
      return [];
    }
  };
}

/** What lies beside films and is never one. The door for another kind: a word here. */
// prettier-ignore
const NEVER_FILMS: ReadonlySet<string> = new Set([
  // sums and signatures
  "md5", "sha", "sha1", "sha256", "sha512", "sfv", "crc", "crc32", "b3", "xxh", "par2", "asc", "sig",
  // texts and descriptions
  "txt", "md", "nfo", "json", "xml", "xmp", "csv", "tsv", "yaml", "yml", "log", "ini", "url", "htm", "html",
  "rtf", "pdf", "doc", "docx", "torrent",
  // subtitles, cuts, chapters
  "srt", "vtt", "ass", "ssa", "sub", "sup", "idx", "smi", "sami", "ttml", "dfxp", "stl", "scc", "sbv", "lrc",
  "edl", "cue",
]);

/** Posters and previews of a film that has their name; without one a picture is a film of its own. */
// prettier-ignore
const IMAGES: ReadonlySet<string> = new Set([
  "jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif", "thm",
]);

/** Is it a checksum, a text, a subtitle: never a film, whatever lies beside it? */
function isNeverFilm(name: string): boolean {
  return NEVER_FILMS.has(extensionOf(name));
}

/** Is it a picture: a film of its own, or the poster of another? */
function isImage(name: string): boolean {
  return IMAGES.has(extensionOf(name));
}

/**
 * Tells of pictures whether they belong to one of these files: `film.jpg` and
 * `film.mp4.jpg` do to `film.mp4`. As a film of its own it would have the same package.
 */
function posterTest(names: readonly string[]): (name: string) => boolean {
  const films = names.filter((name) => !isNeverFilm(name) && !isImage(name));
  const keys = new Set(
    films.flatMap((name) => [nameKey(packageName(name)), nameKey(name)]),
  );
  return (name) => isImage(name) && keys.has(nameKey(packageName(name)));
}

function extensionOf(name: string): string {
  return extname(name).slice(1).toLowerCase();
}
