import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { DRY_RUN_OPTIONS } from "../../src/cli/options/output.js";
import {
  COMMAND_NAMES,
  namesOf,
  type CommandName,
} from "../../src/cli/options/option.js";
import { OPTIONS } from "../../src/cli/program.js";

const CLI = fileURLToPath(new URL("../../src/cli/", import.meta.url));

/** Commands whose functions lie in the file of another, or of several. */
const FILES: Readonly<Partial<Record<CommandName, string>>> = {
  ...{ unprotect: "protect-command", inspect: "show-commands" },
  ...{ presets: "show-commands", doctor: "show-commands" },
};

/** Read before a command runs: of every error, and by commander itself. */
const READ_ELSEWHERE = ["debug", "help", "version"];

const fileOf = (name: CommandName) =>
  join(CLI, `${FILES[name] ?? `${name}-command`}.ts`);

const program = ts.createProgram(COMMAND_NAMES.map(fileOf), {
  ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 },
  ...{ strict: true, noEmit: true, skipLibCheck: true },
});
const checker = program.getTypeChecker();

/** The names of the flags that a command's function takes. */
function flagsOf(name: CommandName): string[] {
  const file = program.getSourceFile(fileOf(name));
  const symbol = file && checker.getSymbolAtLocation(file);
  const command = (symbol ? checker.getExportsOfModule(symbol) : []).find(
    (one) => one.name === `${name}Command`,
  );
  const declared = command?.valueDeclaration;
  if (!declared || !ts.isFunctionDeclaration(declared))
    throw new Error(`No function ${name}Command.`);
  const flags = declared.parameters.find(
    (parameter) => parameter.name.getText() === "flags",
  );
  const type = flags && checker.getTypeAtLocation(flags);
  return type ? checker.getPropertiesOfType(type).map((one) => one.name) : [];
}

test.each(COMMAND_NAMES)(
  "%s: each option of the table is a flag that the command knows",
  (name) => {
    const rows = OPTIONS.filter(
      (row) => row.commands.includes(name) && !DRY_RUN_OPTIONS.includes(row),
    );
    const options = rows.map((row) => namesOf(row).attribute);
    const known = [...flagsOf(name), ...READ_ELSEWHERE];
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
  },
);
