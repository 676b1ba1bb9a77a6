import { existsSync } from "node:fs";
import { withoutKeys } from "../util/secrets.js";
import { PackError } from "../errors.js";
import { COMMANDS } from "./commands.js";
import {
  COMMAND_NAMES,
  type CommandName,
  type OptionRow,
} from "./options/option.js";
import { answerTo } from "./other-tools.js";

/**
 * Commander's message about a wrong command line, in our words and with a hint.
 *
 * @param words of the command line
 * @param table all options
 */
export function usageError(
  commanders: string,
  words: readonly string[] = [],
  table: readonly OptionRow[] = [],
): PackError {
  const [first = "", ...more] = withoutKeys(withoutValue(commanders))
    .replace(/^error: /, "")
    .split("\n");
  const command = commandIn(words);
  const message = inOurWords(first, command);
  const hints = [
    ...unknownOption(first, { words, table, command }, more),
    ...wordHint(first, command, words),
    command === "pack"
      ? "mss-pack --help shows the options."
      : `mss-pack ${command} --help shows its options.`,
  ];
  return new PackError(
    "usage",
    /[.!?)]$/.test(message) ? message : `${message}.`,
    { hint: hints.join(" ") },
  );
}

function commandIn(words: readonly string[]): CommandName {
  return COMMAND_NAMES.find((name) => name === words[0]) ?? "pack";
}

/** Commander's sentences, turned into ours: what was found, what was expected. */
function inOurWords(message: string, command: CommandName): string {
  const row = COMMANDS.find(({ name }) => name === command);
  const usage = `mss-pack ${command} ${row?.arguments?.replace(/[<>]/g, "").toUpperCase()}`;
  return message
    .replace(
      /^option '(?:-\w, )?(--[\w-]+)[^']*' argument '(.*)' is invalid\. (?:Allowed choices are (.*)\.)?/s,
      (_, option: string, found: string, choices?: string) =>
        `${option} is "${found}". ${choices === undefined ? "" : `Expected one of ${choices}.`}`,
    )
    .replace(
      /^option '((?:-\w, )?--[\w-]+)( [^']*)?' argument missing/,
      "$1 has no value. Expected $1$2",
    )
    .replace(
      /^missing required argument '(.*)'/,
      (_, argument: string) => `No ${argument} given. Expected ${usage}`,
    );
}

/** What a missing or spare word of a command is for. */
const WORD_HINTS: Readonly<Partial<Record<CommandName, string>>> = {
  add: "What is added are options: --captions film.srt=eng, --audio-file fr.m4a=fra.",
  remove:
    "For example: mss-pack remove out/film.ism text_deu. A wrong name is answered with those there are.",
  serve: "One folder is served, with all packages in it and below.",
  protect: "The folder for the package is given with -o.",
  unprotect: "The folder for the package is given with -o.",
  watch: "The folder for the packages is given with -o.",
};

function wordHint(
  message: string,
  command: CommandName,
  words: readonly string[],
): string[] {
  const isSpare = message.startsWith("too many arguments");
  // `add` without a package misses the package, not what is added.
  const isMissing =
    message.startsWith("missing required argument") && words.length > 1;
  const hint = WORD_HINTS[command];
  return (isSpare || (isMissing && command === "remove")) && hint !== undefined
    ? [hint]
    : [];
}

/** `--key=0123...`: an unknown option may contain a key, so its value is never printed. */
function withoutValue(message: string): string {
  return message.replace(/(unknown option '[^'=]*)=[^]*?'/, "$1'");
}

interface Context {
  readonly words: readonly string[];
  readonly table: readonly OptionRow[];
  readonly command: CommandName;
}

/** The best answer to an option that the command does not have. */
function unknownOption(
  message: string,
  context: Context,
  commanders: readonly string[],
): string[] {
  const option = /unknown option '([^'=]+)/.exec(message)?.[1];
  if (option === undefined) return [];
  if (existsSync(option))
    return [`The file of that name is given as ./${option}, or after "--".`];
  const answer =
    keyOnTheLine(option) ??
    answerTo(option, valueOf(option, context.words), context.command) ??
    ofOtherCommands(option, context) ??
    longer(option, context);
  if (answer !== undefined) return [answer];
  // "(Did you mean --json?)"; --help is named behind it anyway.
  return commanders
    .filter((line) => !line.includes("--help"))
    .map((line) => line.replace(/^\((.*)\)$/, "$1"));
}

/** Other packagers take keys this way. */
function keyOnTheLine(option: string): string | undefined {
  return /^--(key|key-seed|keys|content-key)$/.test(option)
    ? "Keys are not given on the command line, where everybody on the machine could read them: write them into a file for --key-file, or into MSS_PACK_KEY."
    : undefined;
}

/** The value that follows an unknown option, if the option has one. */
function valueOf(option: string, words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word.split("=")[0] === option);
  const [, inside] = words[at]?.split("=") ?? [];
  const next = inside ?? words[at + 1];
  return next?.startsWith("-") ? undefined : next;
}

/** An option of ours, in a command that does not have it. */
function ofOtherCommands(
  option: string,
  { table, command }: Context,
): string | undefined {
  const commands = rowsOf(table)
    .filter(({ flags }) => longAndShort(flags).includes(option))
    .flatMap((row) => row.commands);
  if (commands.length === 0) return undefined;
  const names = [...new Set(commands)].map((name) =>
    name === "pack" ? "mss-pack INPUT" : name,
  );
  const own = command === "pack" ? "mss-pack INPUT" : command;
  return `It is an option of ${listed(names)}, not of ${own}.`;
}

/** An option of the command that begins with these letters. */
function longer(
  option: string,
  { table, command }: Context,
): string | undefined {
  const found = rowsOf(table)
    .filter(({ commands }) => commands.includes(command))
    .flatMap(({ flags }) => longAndShort(flags))
    .find((name) => option.length > 3 && name.startsWith(option));
  return found === undefined ? undefined : `Did you mean ${found}?`;
}

function rowsOf(table: readonly OptionRow[]): readonly OptionRow[] {
  return table.filter(({ hidden }) => !hidden);
}

/** The names in commander's notation: "-o, --output <folder>". */
export function longAndShort(flags: string): string[] {
  return flags.split(/[ ,]+/).filter((word) => word.startsWith("-"));
}

function listed(names: readonly string[]): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
