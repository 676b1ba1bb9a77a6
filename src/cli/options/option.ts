import { InvalidArgumentError, Option } from "commander";

/** Every command; `pack` is mss-pack itself, without a word. */
export const COMMAND_NAMES = [
  ...(["pack", "mux", "watch", "plan", "task"] as const),
  ...(["worker", "submit", "jobs", "cancel"] as const),
  ...(["add", "remove"] as const),
  ...(["repair", "protect", "unprotect", "convert"] as const),
  ...(["verify", "scan", "serve", "report"] as const),
  ...(["inspect", "presets", "doctor"] as const),
];

export type CommandName = (typeof COMMAND_NAMES)[number];

/** Commands that encode into packages. */
export const ENCODING: readonly CommandName[] = ["pack", "watch"];

/** Commands that take many inputs. */
export const MANY: readonly CommandName[] = [
  ...ENCODING,
  ...(["plan", "submit"] as const),
];

/** Headings of help and of docs/options.md, in their order. */
export const GROUPS = {
  output: "Output",
  batch: "Inputs and batches",
  machines: "Many machines",
  ladder: "Ladder",
  video: "Video",
  audio: "Audio",
  captions: "Captions",
  protection: "Protection",
  check: "Check",
  archive: "Archive",
  serve: "Serve",
  audience: "Audience",
  programs: "Programs",
  messages: "Messages",
} as const;

export type GroupName = keyof typeof GROUPS;

/** An option of one or more commands. Where it has another meaning, it has another row. */
export interface OptionRow {
  /** Its names and its value, in commander's notation. */
  readonly flags: string;
  readonly text: string;
  /** The same for `--help`, in one line of a terminal of 80 columns. */
  readonly brief?: string;
  readonly group: GroupName;
  readonly commands: readonly CommandName[];
  /** Most users need it sooner or later. */
  readonly common?: true;
  /** Other words that people search for. */
  readonly words?: readonly string[];
  /** Its old long name, which still works and is not in help. */
  readonly was?: string;
  /** Refused with a message, or without meaning for these commands: it is not in help. */
  readonly hidden?: true;
  /** Options with the opposite meaning, as commander names their values. */
  readonly conflicts?: readonly string[];
  readonly default?: string | number;
  readonly choices?: readonly string[];
  /** Reads and checks a value; `before` is the value of an earlier use of the option. */
  readonly parse?: (value: string, before: never) => unknown;
}

/** A row as a commander option. */
export function optionOf({ flags, text, ...row }: OptionRow): Option {
  const option = new Option(flags, text);
  if (row.choices !== undefined) option.choices(row.choices);
  if (row.hidden) option.hideHelp();
  if (row.conflicts !== undefined) option.conflicts([...row.conflicts]);
  const parse = row.parse as
    ((value: string, before: unknown) => unknown) | undefined;
  if (parse !== undefined) option.argParser(parse);
  return row.default === undefined ? option : option.default(row.default);
}

/** A row's old name as a hidden option of its own. */
export function oldOptionOf(row: OptionRow & { was: string }): Option {
  const { attribute } = namesOf(row);
  const { was, flags, text, commands, group, parse, choices } = row;
  const value = /(?<= )[<[].*$/.exec(flags)?.[0];
  return optionOf({
    ...{ flags: value === undefined ? was : `${was} ${value}`, text, group },
    ...{ commands, hidden: true, conflicts: [attribute] },
    ...(parse !== undefined && { parse }),
    ...(choices !== undefined && { choices }),
  });
}

/** Commander's names for a row's value and for its old name's. */
export function namesOf({ flags, was }: Pick<OptionRow, "flags" | "was">) {
  const attribute = new Option(flags).attributeName();
  const old = was === undefined ? undefined : new Option(was).attributeName();
  return { attribute, old };
}

/** Values of an option that may occur several times. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** A whole number from `least` to `most`. */
export function wholeNumber(
  least: number,
  most: number,
  expected = `a whole number from ${least} to ${most}`,
): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d{1,5}$/.test(text) && number >= least && number <= most)
      return number;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

/** The value of an option in seconds. */
export function decimal(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected seconds, such as 2 or 2.5.");
}
