import {
  basename,
  dirname,
  isAbsolute,
  join,
  normalize,
  relative,
} from "node:path";
import { mayBeFilm, posterTest } from "../batch/sidecars.js";
import { PackError } from "../errors.js";
import { isPackagePath, isUrl } from "../ffmpeg/input-options.js";
import { isTaken } from "../util/files.js";

/** A file in the command line. */
export interface NamedFile {
  readonly path: string;
  /** The folders between a pattern's fixed part and the file; undefined for a file without a pattern. */
  readonly below?: string;
}

/** The meaning of a word of the command line. */
export interface ExpandedWord {
  readonly files: readonly NamedFile[];
  readonly isPattern: boolean;
}

/** Selects the wanted files of a pattern's matches, with a name for them: "film". */
export interface FileFilter {
  readonly of: (paths: readonly string[]) => readonly string[];
  readonly what: string;
  /** The files to ignore, in words. */
  readonly not: string;
}

/** The files that a watch folder would take. */
export const FILMS: FileFilter = {
  of: (paths) => {
    const films = paths.filter((path) => mayBeFilm(basename(path)));
    const isPoster = posterTest(films);
    // Where packages alone are named, they are meant.
    const packages = films.length > 0 ? [] : paths.filter(isPackagePath);
    return [...films.filter((path) => !isPoster(path)), ...packages];
  },
  what: "film",
  not: "Patterns skip captions, texts, manifests, posters and unfinished files.",
};

/** The files that mux takes. */
export const MEDIA: FileFilter = {
  of: (paths) =>
    paths.filter((path) => /.\.(mp4|m4[av]|mov|ism[av]?)$/i.test(path)),
  what: "MP4, MOV or package",
  not: "ffmpeg -i FILE -c copy NEW.mp4 makes an MP4 of other containers.",
};

export const PACKAGES: FileFilter = {
  of: (paths) => {
    const packages = paths.filter((path) => /.\.ism$/i.test(path));
    // Without their manifests, files are all there is.
    return packages.length > 0
      ? packages
      : paths.filter((path) => /.\.ism[avt]$/i.test(path));
  },
  what: "package",
  not: "A package is named by its .ism file.",
};

const PATTERN = /[*?]|\[.+\]|\{.+\}/;

/**
 * A word that names an existing file is that file, with any characters. Otherwise `*`, `?`,
 * `[...]` and `{...}` make a pattern, for shells that do not expand it. A missing file fails
 * later, with its own error.
 *
 * @throws PackError `usage` when a pattern matches no wanted file
 */
export async function expand(
  word: string,
  filter: FileFilter,
): Promise<ExpandedWord> {
  const isPattern =
    !isUrl(word) && PATTERN.test(word) && !(await isTaken(word));
  if (!isPattern) return { files: [{ path: word }], isPattern };
  const all = await matches(word);
  const paths = filter.of(all);
  if (paths.length === 0) throw noMatch(word, all.length, filter);
  const fixed = fixedPart(word);
  const files = paths.map((path) => ({
    path,
    below: relative(fixed, dirname(path)),
  }));
  return { files, isPattern };
}

function noMatch(pattern: string, matches: number, { what, not }: FileFilter) {
  const message =
    matches === 0
      ? `${pattern}: matches no file.`
      : `${pattern}: matches no ${what}, only ${matches} other ${matches === 1 ? "file" : "files"}.`;
  return new PackError("usage", message, {
    hint: matches === 0 ? "Names that begin with a dot do not count." : not,
    facts: { found: pattern },
  });
}

async function matches(pattern: string): Promise<string[]> {
  const slashed = withSlashes(pattern);
  // A "!" at the start would negate the pattern.
  const positive = slashed.startsWith("!") ? `./${slashed}` : slashed;
  // Most commands have no pattern: they start sooner without its code.
  const { glob } = await import("tinyglobby");
  const paths = await glob(positive, {
    absolute: isAbsolute(pattern),
    expandDirectories: false,
    // A name such as "film (1).mp4" is no pattern.
    extglob: false,
  });
  return paths.sort(NATURAL.compare);
}

/** take-2 before take-10, the same on every machine. */
const NATURAL = new Intl.Collator("en", { numeric: true });

/** The folders at the start of a pattern that contain no wildcard. */
function fixedPart(pattern: string): string {
  const parts = withSlashes(pattern).split("/");
  const open = parts.findIndex((part) => /[*?[\]{}\\]/.test(part));
  return join(...parts.slice(0, open).map((part) => part || "/"), "");
}

function withSlashes(pattern: string): string {
  return process.platform === "win32" ? pattern.replaceAll("\\", "/") : pattern;
}

/**
 * The folder of a film's package with `--keep-folders`: the folders after a pattern's fixed
 * part, or the folders of the given path, as in `cp --parents`.
 *
 * @throws PackError `usage` when the path leads out of the current folder
 */
export function keptFolder({ path, below }: NamedFile): string {
  if (below !== undefined) return below;
  if (isUrl(path)) return "";
  const folder = normalize(dirname(path));
  if (!isAbsolute(folder) && folder.split(/[\\/]/)[0] !== "..") return folder;
  throw new PackError(
    "usage",
    `${path}: --keep-folders cannot tell which of its folders to keep. Expected a pattern, or a path below the current folder.`,
    {
      hint: `For example: mss-pack '${join(dirname(folder), "**", `*${extension(path)}`)}' -o out/ --keep-folders`,
      facts: { found: path },
    },
  );
}

function extension(path: string): string {
  return /\.\w+$/.exec(path)?.[0] ?? "";
}
