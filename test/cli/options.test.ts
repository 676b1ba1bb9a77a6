import { Command } from "commander";
import { format } from "prettier";
import { expect, test } from "vitest";
import { COMMANDS, PACK } from "../../src/cli/commands.js";
import {
  COMMAND_NAMES,
  GROUPS,
  optionOf,
  type CommandName,
  type GroupName,
  type OptionRow,
} from "../../src/cli/options/option.js";
import { addOptions, buildProgram, OPTIONS } from "../../src/cli/program.js";

const program = buildProgram(new AbortController().signal);

/** A command as commander has it. */
function commandNamed(name: CommandName): Command {
  if (name === "pack") return program;
  const found = program.commands.find((command) => command.name() === name);
  if (found === undefined) throw new Error(`No command ${name}.`);
  return found;
}

function rowsOf(name: CommandName): readonly OptionRow[] {
  return OPTIONS.filter(({ commands }) => commands.includes(name));
}

test("every command is a row, and its name stands in the list of names", () => {
  const names = [PACK, ...COMMANDS].map(({ name }) => name);
  expect(names).toEqual(COMMAND_NAMES);
  expect(program.commands.map((command) => command.name())).toEqual([
    ...names.slice(1),
    "help",
  ]);
});

test.each(COMMAND_NAMES)(
  "%s: help shows the rows of the table alone",
  (name) => {
    const command = commandNamed(name);
    const shown = command.createHelp().visibleOptions(command);
    const flags = rowsOf(name)
      .filter(({ hidden }) => !hidden)
      .map((row) => row.flags);
    expect(shown.map((option) => option.flags).sort()).toEqual(flags.sort());
    expect(new Set(flags).size).toBe(flags.length);
  },
);

test.each(OPTIONS.map((row) => [row.flags, row] as const))(
  "%s says what it is, where it belongs and who takes it",
  (_, { text, group, commands, words = [] }) => {
    expect(text).toMatch(/\S/);
    expect(GROUPS).toHaveProperty(group);
    expect(commands.length).toBeGreaterThan(0);
    expect(COMMAND_NAMES).toEqual(expect.arrayContaining([...commands]));
    expect(words.every((word) => word.trim() !== "")).toBe(true);
  },
);

test.each(COMMAND_NAMES)("%s: defaults are those of the table", (name) => {
  const defaults = commandNamed(name).opts();
  const wanted = rowsOf(name)
    .map((row) => [optionOf(row).attributeName(), row.default] as const)
    .filter(([, value]) => value !== undefined);
  expect(defaults).toMatchObject(Object.fromEntries(wanted));
});

test("values are read and checked as their rows say", () => {
  const command = () =>
    addOptions(new Command().exitOverride(), "pack").configureOutput({
      writeErr: () => undefined,
    });
  const read = (...args: string[]) =>
    command()
      .parse(["-o", "out", ...args], { from: "user" })
      .opts();
  expect(
    read("--rung", "720p:3000k", "--rung", "360p:800k", "--gop", "2.5"),
  ).toMatchObject({
    output: "out",
    rung: ["720p:3000k", "360p:800k"],
    gop: 2.5,
  });
  expect(
    read("--copy", "top", "--copy", "audio", "--video", "0"),
  ).toMatchObject({ copy: ["video", "audio"], video: 0, verify: "quick" });
  expect(() => read("--max-height", "0")).toThrow(
    "a whole number from 1 to 99999",
  );
  expect(() => read("--protect", "cbcs")).toThrow("Expected playready.");
  expect(
    read("--audio", "1", "--audio", "deu", "--language", "1=eng"),
  ).toMatchObject({ audio: "1,deu", language: ["1=eng"] });
});

const NEW: OptionRow = {
  flags: "--grain <amount>",
  text: "film grain to add",
  group: "video",
  commands: ["pack"],
  words: ["noise"],
};

test("a row is all that an option needs, for help and for its page", async () => {
  const table = [...OPTIONS, NEW];
  const command = addOptions(new Command(), "pack", table);
  const help = command.helpInformation().split("\n\n");
  const group = help.find((part) => part.startsWith("Video:"));
  expect(group).toMatch(/--grain <amount> +film grain to add/);
  const page = await optionsPage(table);
  const section = page.split("\n## ").find((part) => part.startsWith("Video"));
  expect(section).toContain("`--grain <amount>`: film grain to add");
});

/** `npm run docs:options` writes it. */
test("docs/options.md lists the options of the table", async () => {
  await expect(await optionsPage(OPTIONS)).toMatchFileSnapshot(
    "../../docs/options.md",
  );
});

/** The page of all options: a section each group, no line longer than the other pages have. */
async function optionsPage(table: readonly OptionRow[]): Promise<string> {
  const groups = Object.keys(GROUPS) as GroupName[];
  const sections = groups.map((group) => {
    const rows = table
      .filter((row) => row.group === group && !row.hidden)
      .map(rowText);
    return `## ${GROUPS[group]}\n\n${rows.join("\n")}`;
  });
  return format([INTRODUCTION, ...sections].join("\n\n"), {
    parser: "markdown",
    proseWrap: "always",
    printWidth: 120,
  });
}

const INTRODUCTION = `# Options

Every option of every command, as \`--help\` tells them too. Those that most people need some day are **bold**. \`pack\` is
\`mss-pack\` itself: \`mss-pack input.mp4 -o out/\`.

<!-- Made by \`npm run docs:options\` of the rows in src/cli/options/: change it there. -->`;

function rowText(row: OptionRow): string {
  const { flags, text, commands, choices = [], words = [] } = row;
  const name = row.common ? `**\`${flags}\`**` : `\`${flags}\``;
  const isOfAll = commands.length === COMMAND_NAMES.length;
  const facts = [
    `Of ${isOfAll ? "every command" : commands.map((one) => `\`${one}\``).join(", ")}.`,
    ...(choices.length > 0 ? [`Choices: ${choices.join(", ")}.`] : []),
    ...(row.default === undefined ? [] : [`Default: ${row.default}.`]),
    ...(words.length > 0 ? [`Search words: ${words.join(", ")}.`] : []),
  ];
  return `- ${name}: ${text}.\\\n  ${facts.join(" ")}`;
}
