import { extname } from "node:path";
import { nameKey } from "../name-key.js";
import { packageName } from "../plan/package-name.js";

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
const PICTURES: ReadonlySet<string> = new Set([
  "jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif", "thm",
]);

/** Is it a checksum, a text, a subtitle: never a film, whatever lies beside it? */
export function isNeverFilm(name: string): boolean {
  return NEVER_FILMS.has(extensionOf(name));
}

/** Is it a picture: a film of its own, or the poster of another? */
export function isPicture(name: string): boolean {
  return PICTURES.has(extensionOf(name));
}

/**
 * Tells of pictures whether they belong to one of these files: `film.jpg` and
 * `film.mp4.jpg` do to `film.mp4`. As a film of its own it would have the same package.
 */
export function posterTest(
  names: readonly string[],
): (name: string) => boolean {
  const films = names.filter((name) => !isNeverFilm(name) && !isPicture(name));
  const keys = new Set(
    films.flatMap((name) => [nameKey(packageName(name)), nameKey(name)]),
  );
  return (name) => isPicture(name) && keys.has(nameKey(packageName(name)));
}

function extensionOf(name: string): string {
  return extname(name).slice(1).toLowerCase();
}
