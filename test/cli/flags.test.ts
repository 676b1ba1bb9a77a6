import { join, sep } from "node:path";
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
  ...{ add: "change-command", remove: "change-command" },
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

function commandOf(name: CommandName): ts.FunctionDeclaration {
  const file = program.getSourceFile(fileOf(name));
  const symbol = file && checker.getSymbolAtLocation(file);
  const command = (symbol ? checker.getExportsOfModule(symbol) : []).find(
    (one) => one.name === `${name}Command`,
  );
  const declared = command?.valueDeclaration;
  if (!declared || !ts.isFunctionDeclaration(declared))
    throw new Error(`No function ${name}Command.`);
  return declared;
}

/** The names of the flags that a command's function takes. */
function flagsOf(name: CommandName): string[] {
  const flags = commandOf(name).parameters.find(
    (parameter) => parameter.name.getText() === "flags",
  );
  const type = flags && checker.getTypeAtLocation(flags);
  return type ? checker.getPropertiesOfType(type).map((one) => one.name) : [];
}

const SOURCE = fileURLToPath(new URL("../../src/", import.meta.url));

const isIn = (folder: string, node: ts.Node) =>
  node.getSourceFile().fileName.startsWith(folder.split(sep).join("/"));

/** Where a property is declared: with the flags of a command, or with the options of the library. */
function ownerOf(property: ts.Symbol | undefined) {
  for (const { parent } of property?.declarations ?? []) {
    const name = ts.isInterfaceDeclaration(parent) ? parent.name.text : "";
    const isInline = ts.isTypeLiteralNode(parent) && isIn(CLI, parent);
    if (name.endsWith("Flags") || isInline) return "flags";
    if (/(Options|Settings|Request)$/.test(name) && isIn(SOURCE, parent))
      return "options";
  }
  return undefined;
}

/** The property that a node reads: `flags.name`, or `name` of a pattern that takes an object apart. */
function readBy(node: ts.Node): ts.Symbol | undefined {
  if (ts.isPropertyAccessExpression(node))
    return checker.getSymbolAtLocation(node.name);
  if (!ts.isBindingElement(node) || !ts.isObjectBindingPattern(node.parent))
    return undefined;
  const name = (node.propertyName ?? node.name).getText();
  return checker.getTypeAtLocation(node.parent).getProperty(name);
}

/** An object that a node hands to the library as it is: `{ ...flags }`, or `open(flags)`. */
function handedOverBy(node: ts.Node): readonly ts.Expression[] {
  if (!isIn(CLI, node)) return [];
  if (ts.isSpreadAssignment(node)) return [node.expression];
  if (!ts.isCallExpression(node)) return [];
  const called = functionOf(node.expression);
  return called && !isIn(CLI, called) ? node.arguments : [];
}

/** The function of ours that a name stands for. */
function functionOf(node: ts.Node): ts.Node | undefined {
  if (!ts.isIdentifier(node)) return undefined;
  const [signature] = checker.getTypeAtLocation(node).getCallSignatures();
  const declared = signature?.declaration;
  return declared && isIn(SOURCE, declared) ? declared : undefined;
}

/**
 * The flags that a command reads, itself or in what it calls. Flags that it hands to the library
 * as they are count where the library reads the option.
 */
function flagsReadBy(name: CommandName): Set<string> {
  const read = { flags: new Set<string>(), options: new Set<string>() };
  const handedOver = new Set<string>();
  const seen = new Set<ts.Node>();
  const visit = (node: ts.Node): void => {
    const property = readBy(node);
    const owner = ownerOf(property);
    if (property && owner) read[owner].add(property.name);
    for (const object of handedOverBy(node))
      for (const each of checker.getTypeAtLocation(object).getProperties())
        if (ownerOf(each) === "flags") handedOver.add(each.name);
    const called = functionOf(node);
    if (called && !seen.has(called)) {
      seen.add(called);
      visit(called);
    }
    ts.forEachChild(node, visit);
  };
  visit(commandOf(name));
  const byLibrary = [...handedOver].filter((one) => read.options.has(one));
  return new Set([...read.flags, ...byLibrary]);
}

const attributesOf = (name: CommandName) =>
  OPTIONS.filter(
    (row) => row.commands.includes(name) && !DRY_RUN_OPTIONS.includes(row),
  ).map((row) => namesOf(row).attribute);

test.each(COMMAND_NAMES)(
  "%s: each option of the table is a flag that the command knows",
  (name) => {
    const known = [...flagsOf(name), ...READ_ELSEWHERE];
    expect(
      attributesOf(name).filter((option) => !known.includes(option)),
    ).toEqual([]);
  },
);

test.each(COMMAND_NAMES)(
  "%s: each option of the table is read by the command, or by what it calls",
  (name) => {
    const known = new Set([...flagsReadBy(name), ...READ_ELSEWHERE]);
    expect(attributesOf(name).filter((option) => !known.has(option))).toEqual(
      [],
    );
  },
  60_000,
);
