import { lstat } from "node:fs/promises";
import {
  basename,
  dirname,
  isAbsolute,
  join,
  normalize,
  relative,
} from "node:path";
import { glob } from "tinyglobby";
import { mayBeFilm, posterTest } from "../batch/sidecars.js";
import { PackError } from "../errors.js";
import { isUrl } from "../ffmpeg/input-options.js";

/** A file that the command line names. */
export interface Named {
  readonly path: string;
  /** The folders between a pattern's fixed part and the file; undefined when it was named without a pattern. */
  readonly below?: string;
}

/** What a word of the command line means. */
export interface Expanded {
  readonly files: readonly Named[];
  readonly isPattern: boolean;
}

/** Chooses what is meant of the files that a pattern matches, and says what that is: "film". */
export interface Wanted {
  readonly of: (paths: readonly string[]) => readonly string[];
  readonly what: string;
  /** What is passed over, in words. */
  readonly not: string;
}

/** What a watch folder would take of these files. */
export const FILMS: Wanted = {
  of: (paths) => {
    const films = paths.filter((path) => mayBeFilm(basename(path)));
    const isPoster = posterTest(films);
    return films.filter((path) => !isPoster(path));
  },
  what: "film",
  not: "Captions, texts, manifests, posters and what is not finished are passed over.",
};

export const PACKAGES: Wanted = {
  of: (paths) => paths.filter((path) => /.\.ism$/i.test(path)),
  what: "package",
  not: "A package is named by its .ism file.",
};

const PATTERN = /[*?]|\[.+\]|\{.+\}/;

/**
 * A file that exists is that file, with whatever characters; else `*`, `?`, `[...]`
 * and `{...}` make a pattern, for shells that leave it to us. What is missing is
 * told later, by its own failure.
 *
 * @throws PackError `usage` when a pattern matches nothing that is wanted
 */
export async function expand(given: string, wanted: Wanted): Promise<Expanded> {
  const isPattern =
    !isUrl(given) && PATTERN.test(given) && !(await exists(given));
  if (!isPattern) return { files: [{ path: given }], isPattern };
  const all = await matches(given);
  const paths = wanted.of(all);
  if (paths.length === 0) throw noMatch(given, all.length, wanted);
  const fixed = fixedPart(given);
  const files = paths.map((path) => ({
    path,
    below: relative(fixed, dirname(path)),
  }));
  return { files, isPattern };
}

function noMatch(given: string, found: number, { what, not }: Wanted) {
  const message =
    found === 0
      ? `${given}: matches no file.`
      : `${given}: matches no ${what}, only ${found} other ${found === 1 ? "file" : "files"}.`;
  return new PackError("usage", message, {
    hint: found === 0 ? "Names that begin with a dot do not count." : not,
    facts: { found: given },
  });
}

async function matches(pattern: string): Promise<string[]> {
  const slashed = withSlashes(pattern);
  // A "!" in front would turn the meaning round.
  const positive = slashed.startsWith("!") ? `./${slashed}` : slashed;
  const found = await glob(positive, {
    absolute: isAbsolute(pattern),
    expandDirectories: false,
    // A name such as "film (1).mp4" is no pattern.
    extglob: false,
  });
  return found.sort(NATURAL.compare);
}

/** take-2 before take-10, alike on every machine. */
const NATURAL = new Intl.Collator("en", { numeric: true });

/** The folders at the beginning of a pattern in which nothing is left open. */
function fixedPart(pattern: string): string {
  const parts = withSlashes(pattern).split("/");
  const open = parts.findIndex((part) => /[*?[\]{}\\]/.test(part));
  return join(...parts.slice(0, open).map((part) => part || "/"), "");
}

function withSlashes(pattern: string): string {
  return process.platform === "win32" ? pattern.replaceAll("\\", "/") : pattern;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * The folder that a film's package gets with `--keep-folders`: below a pattern's
 * fixed part, or as a path was given, as `cp --parents` does.
 *
 * @throws PackError `usage` when the path leads out of the current folder
 */
export function keptFolder({ path, below }: Named): string {
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
