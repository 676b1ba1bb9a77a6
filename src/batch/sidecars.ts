import { basename, dirname, extname, join } from "node:path";
import { packageName } from "../plan/package-name.js";
import { nameKey } from "../util/paths.js";

/** Browsers and copy programs add these to the name of an unfinished file. */
const UNFINISHED =
  /\.(part|partial|filepart|crdownload|download|aria2|tmp|temp)$/i;

/** Names of files that are hidden, unfinished, or no film. */
const NOT_MEANT = [/^\./, /^~/, /~$/, UNFINISHED, /^thumbs\.db$/i];

/**
 * Extensions of files that lie beside films and are never films. Add a word here for
 * another kind.
 */
// prettier-ignore
const NEVER_FILMS: ReadonlySet<string> = new Set([
  // sums and signatures
  "md5", "sha", "sha1", "sha256", "sha512", "sfv", "crc", "crc32", "b3", "xxh", "par2", "asc", "sig",
  // texts and descriptions
  "txt", "md", "nfo", "json", "xml", "xmp", "csv", "tsv", "yaml", "yml", "log", "ini", "url", "htm", "html",
  "rtf", "pdf", "doc", "docx", "torrent",
  // captions, cuts, chapters
  "srt", "vtt", "ass", "ssa", "sub", "sup", "idx", "smi", "sami", "ttml", "dfxp", "stl", "scc", "sbv", "lrc",
  "edl", "cue",
  // manifests, playlists, keys
  "ism", "ismc", "mpd", "m3u", "m3u8", "pls", "f4m", "cpix", "pem", "keys",
]);

/** Posters and previews when a film has the same name; otherwise an image is a film of its own. */
// prettier-ignore
const IMAGES: ReadonlySet<string> = new Set([
  "jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif", "thm",
]);

/**
 * Whether a file of this name may be a film: not hidden or unfinished, and no checksum,
 * text, caption or manifest.
 */
export function mayBeFilm(name: string): boolean {
  return !NOT_MEANT.some((pattern) => pattern.test(name)) && !isNeverFilm(name);
}

/** The name of the finished file; undefined when the file is finished already. */
export function finishedName(name: string): string | undefined {
  return UNFINISHED.test(name) ? name.replace(UNFINISHED, "") : undefined;
}

function isNeverFilm(name: string): boolean {
  return NEVER_FILMS.has(extensionOf(name));
}

/** Whether it is an image: a film of its own, or the poster of another. */
export function isImage(name: string): boolean {
  return IMAGES.has(extensionOf(name));
}

/**
 * Makes a test whether an image belongs to one of these files: `film.jpg` and
 * `film.mp4.jpg` belong to `film.mp4` in the same folder. As a film, the image would make
 * the same package.
 */
export function posterTest(
  paths: readonly string[],
): (path: string) => boolean {
  const films = paths.filter((path) => !isNeverFilm(path) && !isImage(path));
  const keys = new Set(
    films.flatMap((path) => [
      placeKey(path, packageName(path)),
      placeKey(path, basename(path)),
    ]),
  );
  return (path) => isImage(path) && keys.has(placeKey(path, packageName(path)));
}

function placeKey(path: string, name: string): string {
  return nameKey(join(dirname(path), name));
}

function extensionOf(name: string): string {
  return extname(name).slice(1).toLowerCase();
}
