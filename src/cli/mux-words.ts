import { PackError } from "../errors.js";
import { toLanguage } from "../media/language.js";
import { parseBitrate } from "../util/format.js";
import type { MuxInput, TrackChoice } from "../tracks/read-track.js";
import { isTaken } from "../util/files.js";
import { expand, MEDIA } from "./patterns.js";

/** Flags of `mss-pack mux` about single files. */
export interface FileFlags {
  readonly language?: string[];
  readonly bitrate?: string[];
}

/**
 * The files of the command with their properties, from its words and flags.
 *
 * @throws PackError `usage` for a flag that names none of the files, or has no valid value
 */
export async function muxInputs(
  words: readonly string[],
  { language = [], bitrate = [] }: FileFlags,
): Promise<MuxInput[]> {
  const named = await Promise.all(words.map(fileWord));
  const inputs = named.flat().map((input) => ({ ...input, tracks: {} }));
  for (const text of language)
    apply(inputs, "--language", text, (code) => {
      const language = languageOf(code);
      return language === undefined ? undefined : { language };
    });
  for (const text of bitrate)
    apply(inputs, "--bitrate", text, (value) => {
      const bits = parseBitrate(value);
      return bits === undefined ? undefined : { bitrate: bits };
    });
  return inputs;
}

/**
 * A word such as `film.mp4`, `film.mp4:2`, `fr.m4a=fra` or `film.mp4:2=fra`. A name may
 * have a colon or an equals sign itself: a file that exists comes first.
 *
 * @throws PackError `usage` for a wrong language, or a pattern that matches no file
 */
export async function fileWord(word: string): Promise<MuxInput[]> {
  const { rest, language } = await withoutLanguage(word);
  const [, pattern = rest, track] = (await isTaken(rest))
    ? []
    : (/^(.+):(\d+)$/.exec(rest) ?? []);
  const { files } = await expand(pattern, MEDIA);
  return files.map(({ path }) => ({
    path,
    ...(track !== undefined && { trackIds: [Number(track)] }),
    ...(language !== undefined && { language }),
  }));
}

async function withoutLanguage(
  word: string,
): Promise<{ rest: string; language?: string }> {
  const [, rest, code = ""] = /^(.+)=([^=./\\]*)$/.exec(word) ?? [];
  if (rest === undefined || (await isTaken(word))) return { rest: word };
  const language = languageOf(code);
  if (language !== undefined) return { rest, language };
  throw new PackError(
    "usage",
    `${word}: "${code}" is not a language. Expected FILE, FILE:TRACK or either with =CODE, such as film.mp4:2=fra.`,
    { facts: { found: word } },
  );
}

function languageOf(code: string): string | undefined {
  const language = toLanguage(code);
  return language === "und" && code !== "und" ? undefined : language;
}

interface InputChoices extends TrackChoice {
  readonly path: string;
  readonly trackIds?: readonly number[] | undefined;
  readonly tracks: Record<number, TrackChoice>;
}

/** The form of each flag's value. */
const EXPECTED: Readonly<Record<string, string>> = {
  "--language":
    "FILE=CODE or FILE:TRACK=CODE, such as film.m4a=eng or film.mp4:2=fra",
  "--bitrate": "FILE=BITRATE or FILE:TRACK=BITRATE, such as film.mp4=5000k",
};

function apply(
  inputs: InputChoices[],
  flag: string,
  text: string,
  read: (value: string) => TrackChoice | undefined,
): void {
  const equals = text.lastIndexOf("=");
  const choice = equals > 0 ? read(text.slice(equals + 1)) : undefined;
  if (choice === undefined)
    throw wrong(flag, text, `Expected ${EXPECTED[flag]}.`);
  const { found, track } = find(inputs, text.slice(0, equals));
  if (found.length === 0) {
    const names = inputs.map(nameOf).join(", ");
    throw wrong(flag, text, `Expected one of the files: ${names}.`);
  }
  for (const input of found)
    if (track === undefined) Object.assign(input, choice);
    else input.tracks[track] = { ...input.tracks[track], ...choice };
}

/** Finds a file by its path in the command, or by its name alone; a name may contain a colon. */
function find(inputs: readonly InputChoices[], text: string) {
  const named = (name: string) => {
    const [first] = [
      ...inputs.filter(({ path }) => path === name),
      ...inputs.filter(({ path }) => path.split(/[\\/]/).at(-1) === name),
    ];
    return inputs.filter(({ path }) => path === first?.path);
  };
  const whole = named(text);
  if (whole.length > 0) return { found: whole, track: undefined };
  const [, name = "", number] = /^(.*):(\d+)$/.exec(text) ?? [];
  const track = Number(number);
  const has = ({ trackIds = [track] }: InputChoices) =>
    trackIds.includes(track);
  return { found: named(name).filter(has), track };
}

function nameOf({ path, trackIds }: InputChoices): string {
  return trackIds === undefined ? path : `${path}:${trackIds.join()}`;
}

function wrong(flag: string, text: string, expected: string): PackError {
  return new PackError("usage", `${flag} is "${text}". ${expected}`, {
    facts: { option: flag, found: text },
  });
}
