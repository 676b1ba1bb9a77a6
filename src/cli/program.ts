import { Command, type Option } from "commander";
import { version } from "../util/install.js";
import { COMMANDS, PACK, type CommandRow } from "./commands.js";
import { PackError } from "../errors.js";
import { shortHelp, topicHelp } from "./help.js";
import { ENCODE_OPTIONS } from "./options/encode.js";
import { MACHINE_OPTIONS } from "./options/machines.js";
import { SOUND_AND_CAPTION_OPTIONS } from "./options/sounds-and-captions.js";
import {
  GROUPS,
  namesOf,
  oldOptionOf,
  optionOf,
  type CommandName,
  type GroupName,
  type OptionRow,
} from "./options/option.js";
import { AFTER_OPTIONS, INPUT_OPTIONS } from "./options/batch.js";
import {
  DRY_RUN_OPTIONS,
  OUTPUT_OPTIONS,
  PROGRAM_OPTIONS,
} from "./options/output.js";
import { QUEUE_OPTIONS } from "./options/queue.js";
import { SCAN_OPTIONS } from "./options/scan.js";
import { keysText, OPEN, PROTECTION_OPTIONS } from "./options/protection.js";
import { longAndShort } from "./usage-error.js";
import { meantCommand, refuseMisplacedOptions } from "./wrong-turns.js";
import {
  MESSAGE_OPTIONS,
  SERVE_OPTIONS,
  VIEW_OPTIONS,
} from "./options/view.js";

/**
 * The command line. Commands load their code when they run, so --help and --version answer at
 * once.
 */
export function buildProgram(signal: AbortSignal): Command {
  const program = new Command("mss-pack")
    .exitOverride()
    // main.ts prints errors, in one place and one style.
    .configureOutput({ outputError: () => undefined })
    .helpCommand(false)
    .enablePositionalOptions()
    .argument("[inputs...]", "media files or patterns; - is standard input");
  fill(program, PACK, signal);
  for (const row of COMMANDS) {
    const usage = [row.name, ...(row.arguments ? [row.arguments] : [])];
    fill(program.command(usage.join(" ")), row, signal);
  }
  addHelpCommand(program);
  // Added after the commands, which would otherwise handle it.
  return program.configureHelp({ formatHelp: () => shortHelp(OPTIONS) });
}

/** `mss-pack help [COMMAND|TOPIC]` */
function addHelpCommand(program: Command): void {
  const topics = Object.keys(GROUPS);
  program
    .command("help [topic]", { hidden: true })
    .description("show the options of a command, or of a topic")
    .action((topic?: string) => {
      const command = program.commands.find((one) => one.name() === topic);
      const text =
        topic === undefined || topic === "pack"
          ? program.helpInformation()
          : (command?.helpInformation() ?? topicHelp(topic, OPTIONS));
      if (text !== undefined) process.stdout.write(text);
      else
        throw new PackError(
          "usage",
          `No help on "${topic}". Expected a command, or one of ${topics.join(", ")}.`,
          { hint: helpHint(topic ?? ""), facts: { found: topic } },
        );
    });
}

function helpHint(topic: string): string {
  const command = meantCommand(topic);
  const all = "mss-pack --help shows the commands and topics.";
  return command === undefined ? all : `Did you mean ${command}? ${all}`;
}

function fill(command: Command, row: CommandRow, signal: AbortSignal): void {
  addOptions(command.description(row.text), row.name);
  if (row.examples !== undefined && row !== PACK)
    command.addHelpText("after", `\nExamples:${row.examples}`);
  command.action(async () => {
    refuseMisplacedOptions(
      command.args,
      command.opts(),
      command.options.flatMap(({ flags }) => longAndShort(flags)),
    );
    const run = await row.load();
    const args: unknown[] = [
      ...(command.processedArgs as unknown[]),
      withoutOldNames(command.opts(), row.name),
      signal,
    ];
    await run(...(args as never[]));
  });
}

/** Moves values from an option's old name to the option. */
function withoutOldNames(
  flags: Record<string, unknown>,
  name: CommandName,
): Record<string, unknown> {
  const names = new Map(
    OPTIONS.filter(({ commands }) => commands.includes(name)).map((row) => {
      const { attribute, old } = namesOf(row);
      return [old, attribute];
    }),
  );
  const entries = Object.entries(flags);
  return Object.fromEntries(
    entries.map(([key, value]) => [names.get(key) ?? key, value]),
  );
}

/** Every option of every command, in the order of help. To add an option, add a row. */
export const OPTIONS: readonly OptionRow[] = inGroups([
  ...OUTPUT_OPTIONS,
  ...INPUT_OPTIONS,
  ...AFTER_OPTIONS,
  ...DRY_RUN_OPTIONS,
  ...MACHINE_OPTIONS,
  ...QUEUE_OPTIONS,
  ...ENCODE_OPTIONS,
  ...SOUND_AND_CAPTION_OPTIONS,
  ...PROTECTION_OPTIONS,
  ...SCAN_OPTIONS,
  ...SERVE_OPTIONS,
  ...VIEW_OPTIONS,
  ...PROGRAM_OPTIONS,
  ...MESSAGE_OPTIONS,
]);

function inGroups(rows: readonly OptionRow[]): readonly OptionRow[] {
  const groups = Object.keys(GROUPS) as GroupName[];
  return groups.flatMap((name) => rows.filter(({ group }) => group === name));
}

/** Help shows this many options in one list; more get the headings of their groups. */
const AT_A_GLANCE = 16;

/** Adds a command's options from the table. */
export function addOptions(
  command: Command,
  name: CommandName,
  table = OPTIONS,
): Command {
  const rows = table.filter(({ commands }) => commands.includes(name));
  const isLong = rows.length > AT_A_GLANCE;
  for (const row of rows) {
    const option = optionOf(row);
    if (isLong || row.group === "protection")
      option.helpGroup(heading(row.group, name));
    add(command, option);
    const { was } = row;
    if (was !== undefined) command.addOption(oldOptionOf({ ...row, was }));
  }
  return name === "pack"
    ? command // its help is short: help.ts
    : command.addHelpText("after", keysText(name));
}

function heading(group: GroupName, command: CommandName): string {
  return group === "protection" && OPEN.includes(command)
    ? "Key of a protected package:"
    : `${GROUPS[group]}:`;
}

/** Commander handles these two options itself. */
function add(command: Command, option: Option): void {
  const { flags, description, helpGroupHeading } = option;
  if (option.long === "--help") command.addHelpOption(option);
  else if (option.long !== "--version") command.addOption(option);
  else {
    command.version(version(), flags, description);
    if (helpGroupHeading !== undefined)
      command.options.at(-1)?.helpGroup(helpGroupHeading);
  }
}
