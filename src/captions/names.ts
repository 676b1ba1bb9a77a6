import { basename, extname } from "node:path";
import { PackError } from "../errors.js";
import { toLanguage } from "../media/language.js";
import { CAPTION_FORMATS } from "./read-captions.js";

/** `caption` is for people who do not hear: it describes sounds, too. */
export type CaptionKind = "subtitle" | "caption";

/** A caption file that was named or found, with its properties. */
export interface CaptionFile {
  readonly file: string;
  /** Three letters; `und` when neither the argument nor the file's name gives it. */
  readonly language: string;
  readonly kind: CaptionKind;
  /** Captions only for signs and foreign speech. */
  readonly isForced: boolean;
}

/** The value after `=`: a language, a kind, or both. */
const KINDS: Readonly<Record<string, CaptionKind>> = {
  subtitle: "subtitle",
  caption: "caption",
};

/**
 * The value of `--captions`: `film.de.vtt`, `film.vtt=deu`, `film.vtt=deu,caption`.
 * The file's name gives the missing parts.
 *
 * @throws PackError `usage`
 */
export function parseCaptionArgument(value: string): CaptionFile {
  const at = value.lastIndexOf("=");
  const properties = at < 0 ? "" : value.slice(at + 1);
  // A name may contain an equals sign; the text after it is then the rest of the name.
  const isTold = at >= 0 && !/[./\\]/.test(properties);
  const file = isTold ? value.slice(0, at) : value;
  if (file === "") throw wrongArgument(value, "it names no file");
  const named = namedByEnd(basename(file, extname(file)).split(".").slice(1));
  const guess = { language: "und", kind: "subtitle", isForced: false } as const;
  const base = { file, ...guess, ...named };
  return isTold ? { ...base, ...toldBy(properties, value) } : base;
}

function toldBy(properties: string, value: string): Partial<CaptionFile> {
  const result: { language?: string; kind?: CaptionKind } = {};
  for (const word of properties
    .split(",")
    .map((part) => part.trim().toLowerCase())) {
    const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
    const language = languageOf(word);
    if (kind !== undefined && result.kind === undefined) result.kind = kind;
    else if (language !== undefined && result.language === undefined)
      result.language = language;
    else
      throw wrongArgument(value, `"${word}" is neither a language nor a kind`);
  }
  return result;
}

/** The properties that a value such as `cc1=eng` tells. @throws PackError `usage` */
export function propertiesOf(
  value: string,
): Partial<Pick<CaptionFile, "language" | "kind">> {
  const at = value.indexOf("=");
  return at < 0 ? {} : toldBy(value.slice(at + 1), value);
}

function wrongArgument(value: string, what: string): PackError {
  return new PackError(
    "usage",
    `--captions ${value}: ${what}. Expected FILE, FILE=eng or FILE=eng,caption.`,
    { facts: { option: "captions", found: value } },
  );
}

/** For an argument, where any three letters may be a language. */
function languageOf(word: string): string | undefined {
  if (!/^[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*$/i.test(word)) return undefined;
  const language = toLanguage(word);
  return language === "und" && word.toLowerCase() !== "und"
    ? undefined
    : language;
}

/** The kind of captions by a title such as `English (SDH)`. */
export function kindByWords(title: string): CaptionKind {
  const words = title.toLowerCase().split(/[^a-z]+/);
  return words.some((word) => word !== "hi" && HARD_OF_HEARING.has(word))
    ? "caption"
    : "subtitle";
}

const FORCED = new Set(["forced", "foreign"]);
const HARD_OF_HEARING = new Set(["sdh", "cc", "hi", "caption", "captions"]);
const SAYS_NOTHING = new Set(["default", "subtitle", "subtitles", "full"]);

/** The meaning of a name's parts between its dots; undefined when a part has another meaning. */
function namedBy(
  parts: readonly string[],
): Omit<CaptionFile, "file"> | undefined {
  let language: string | undefined;
  let kind: CaptionKind = "subtitle";
  let isForced = false;
  for (const part of parts) {
    // `hi` alone is Hindi; after a language it is hearing impaired.
    const isHindi = part === "hi" && language === undefined;
    if (HARD_OF_HEARING.has(part) && !isHindi) kind = "caption";
    else if (FORCED.has(part)) isForced = true;
    else if (SAYS_NOTHING.has(part)) continue;
    else if (language === undefined && isCommon(part))
      language = languageOf(part);
    else return undefined;
  }
  return { language: language ?? "und", kind, isForced };
}

/** A language that also has a code of two letters, in lower case: `The.Old.Man.srt` is not in Mandingo. */
function isCommon(part: string): boolean {
  return (
    /^[a-z]{2,3}(?:[-_]\w{2,8})*$/.test(part) &&
    languageOf(part) !== undefined &&
    Intl.getCanonicalLocales(part.slice(0, 3).replace(/\W.*|_.*/, ""))[0]
      ?.length === 2
  );
}

/** The same for a name with more dots: `a.film.of.1999.eng.srt`. */
function namedByEnd(parts: readonly string[]): ReturnType<typeof namedBy> {
  return parts
    .map((_, i) => namedBy(parts.slice(i)))
    .find((named) => named !== undefined);
}

/**
 * The caption files beside a film, from the names in its folder: `film.srt`, `film.eng.srt`,
 * `film.de.forced.srt`. A file with another word in between belongs to another film.
 *
 * @param film its name, such as `film.mkv`
 * @param names of all files of the folder
 */
export function captionsBeside(
  film: string,
  names: readonly string[],
): CaptionFile[] {
  const stem = `${basename(film, extname(film))}.`;
  return names.toSorted().flatMap((file) => {
    const extension = extname(file);
    if (!isCaptionExtension(extension) || !file.startsWith(stem)) return [];
    const middle = file.slice(stem.length, -extension.length);
    const parts = middle.split(".").filter((part) => part !== "");
    const named = namedBy(parts);
    return named === undefined ? [] : [{ file, ...named }];
  });
}

/** An `.xml` file beside a film is seldom a caption file. */
function isCaptionExtension(extension: string): boolean {
  const small = extension.toLowerCase();
  return (
    small !== ".xml" &&
    CAPTION_FORMATS.some(({ extensions }) => extensions.includes(small))
  );
}
