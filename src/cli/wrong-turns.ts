import { existsSync, statSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import { PackError } from "../errors.js";
import { isStoreAddress } from "../store/address.js";
import { COMMAND_NAMES } from "./options/option.js";
import { answerTo, commandFor } from "./other-tools.js";

/**
 * Without these checks a misspelt command, or a command in the wrong place, would count as a file.
 *
 * @throws PackError `usage` when the first word is no file and is a command of another tool or near one of ours,
 * or a later word is a command of ours and no file
 */
export function refuseMisspeltCommand(words: readonly string[]): void {
  refuseQuotedLine(words);
  refuseOtherKind(words);
  const [first = "", ...rest] = words;
  const command = meantCommand(first);
  if (command !== undefined)
    throw new PackError(
      "usage",
      `"${first}" is neither a command nor a file.`,
      {
        hint: `Did you mean ${command}? A file of that name is given as ./${first}.`,
        facts: { found: first },
      },
    );
  const late = rest.find(
    (word) =>
      COMMAND_NAMES.slice(1).some((name) => name === word) && !existsSync(word),
  );
  if (late === undefined) return;
  const others = words.filter((word) => word !== late).join(" ");
  throw new PackError("usage", `"${late}" is a command, not a file.`, {
    hint: `A command goes first: mss-pack ${late} ${others}. A folder or file of that name is given as ./${late}.`,
    facts: { found: late },
  });
}

/** A shell makes one word of a whole command in quotes. */
function refuseQuotedLine(words: readonly string[]): void {
  const line = words.find((word) => {
    const [first] = word.split(" ");
    const isCommand = ["mss-pack", ...COMMAND_NAMES].some(
      (name) => name === first,
    );
    const hasOptions = / --?[a-z][\w-]*(?=[ =]|$)/.test(word);
    return word.includes(" ") && (isCommand || hasOptions) && !existsSync(word);
  });
  if (line === undefined) return;
  throw new PackError("usage", `"${line}" is one word, and not a file.`, {
    hint: `Quotes go around each path alone: mss-pack ${line.replace(/^mss-pack +/, "")}`,
    facts: { found: line },
  });
}

/** Files that people give as the film. */
const OTHER_KINDS = [
  {
    names: /\.ismc$/i,
    kind: "the client manifest of a package, not a film",
    hint: (file: string) =>
      `Give the .ism beside it: mss-pack ${file.replace(/c$/i, "")} -o out/. mss-pack verify reads a package back, mss-pack serve ${dirname(file)} plays it.`,
  },
  {
    names: /\.(srt|vtt|ttml|dfxp|scc)$/i,
    kind: "captions, not a film",
    hint: (file: string) =>
      `They go beside a film: mss-pack film.mp4 -o out/ --captions ${file}=eng. mss-pack add gives them to a finished package.`,
  },
];

/** Among several inputs, such a file is refused in its turn. */
function refuseOtherKind(words: readonly string[]): void {
  const [file = ""] = words;
  const row = OTHER_KINDS.find(({ names }) => names.test(file));
  if (words.length !== 1 || row === undefined || !existsSync(file)) return;
  throw new PackError("input", `${file}: is ${row.kind}.`, {
    hint: row.hint(file),
    facts: { found: file },
  });
}

/**
 * @param ism the word for a finished package
 * @throws PackError `input` when there is no such file, or it is a film
 */
export function requirePackage(ism: string): void {
  if (isStoreAddress(ism))
    throw new PackError(
      "usage",
      `${ism}: is in a store. Expected a package on a disk.`,
      {
        hint: "Copy its files first. mss-pack verify reads packages in stores.",
        facts: { found: ism },
      },
    );
  if (!existsSync(ism))
    throw new PackError(
      "input",
      `${ism}: cannot be read (no such file or directory).`,
      { facts: { file: ism } },
    );
  refuseFilm(ism);
}

/** @throws PackError `input` for a film in the place of a package */
export function refuseFilm(ism: string): void {
  if (!/\.(mkv|webm|ts|avi|wmv|mpe?g|m2ts|mxf)$/i.test(ism)) return;
  throw new PackError("input", `${ism}: is a film, not a package.`, {
    hint: `Give the .ism file of a package. mss-pack ${ism} -o out/ makes one.`,
    facts: { found: ism },
  });
}

/** The command line that a first word stands for; undefined when the word may be a file. */
export function meantCommand(word: string): string | undefined {
  if (word === "" || extname(word) !== "" || existsSync(word)) return undefined;
  const name = word.toLowerCase();
  const near = COMMAND_NAMES.slice(1).find(
    (one) => distance(name, one) <= (one.length > 4 ? 2 : 1),
  );
  return commandFor(name) ?? (near && `mss-pack ${near}`);
}

/**
 * Refuses a word that only looks like an option: the value of an option ("--name -o out"), or a word after "--".
 *
 * @param options the names of the command's options
 * @param values of its options, by their names
 * @throws PackError `usage`
 */
export function refuseMisplacedOptions(
  words: readonly string[],
  values: Readonly<Record<string, unknown>>,
  options: readonly string[],
): void {
  for (const [name, value] of Object.entries(values))
    for (const one of [value].flat())
      if (typeof one === "string" && options.includes(one))
        throw new PackError(
          "usage",
          `--${dashed(name)} has no value: ${one} follows.`,
          {
            hint: `Give the value between them: --${dashed(name)} VALUE ${one} ...`,
            facts: { option: `--${dashed(name)}`, found: one },
          },
        );
  const late = words.find(
    (word) => /^-\w|^--\w/.test(word) && !existsSync(word),
  );
  if (late === undefined) return;
  throw new PackError("usage", `${late}: is not a file.`, {
    hint: answerTo(late) ?? "Words after -- are files. Options go before it.",
    facts: { found: late },
  });
}

/** "maxHeight" is --max-height. */
function dashed(attribute: string): string {
  return attribute.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** How many letters to change, add or remove. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const change = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/**
 * A command line with -o, for a user who gave the folder last, as with cp, or a file to write, as with ffmpeg.
 *
 * @returns undefined when the last word is no output
 */
export function withOutputFlag(args: readonly string[]): string | undefined {
  const last = args.at(-1);
  if (last === undefined || args.length < 2) return undefined;
  const others = `mss-pack ${args.slice(0, -1).join(" ")}`;
  if (looksLikeFolder(last)) return `${others} -o ${last}`;
  const isOutput =
    args.length === 2 && existsSync(args[0] ?? "") && !existsSync(last);
  return isOutput && MEDIA.test(last)
    ? `${others} ${placeOf(last)}`
    : undefined;
}

/** Names of files that other tools write. */
const MEDIA = /\.(ism[vact]?|mp4|m4v|mov|mkv|webm|ts|m3u8|mpd)$/i;

/** The options for a package of this path. */
function placeOf(path: string): string {
  const folder = dirname(path);
  return `-o ${folder === "." ? "out/" : folder} --name ${basename(path, extname(path))}`;
}

/**
 * `-o film.ism` would make a folder of that name.
 *
 * @throws PackError `usage`
 */
export function refuseFileAsFolder(output: string): void {
  if (!MEDIA.test(output) || existsSync(output)) return;
  throw new PackError("usage", `--output is "${output}". Expected a folder.`, {
    hint: `For a package of that name: ${placeOf(output)}. A folder that is called so is given as ${output}/.`,
    facts: { option: "--output", found: output, expected: "a folder" },
  });
}

function looksLikeFolder(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined) return stats.isDirectory();
  return /[\\/]$/.test(path) || extname(basename(path)) === "";
}
