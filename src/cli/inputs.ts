import { createWriteStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { BatchInput } from "../batch/item.js";
import {
  PackError,
  messageOf,
  outputError,
  throwIfAborted,
} from "../errors.js";
import { writing } from "../output/errors.js";
import { closeWork, makeWork } from "../output/work.js";
import { bytesOf, makeFolders, removeEmpty } from "../util/files.js";
import { say } from "./process.js";
import { expand, FILMS, keptFolder, type NamedFile } from "./patterns.js";

/** Standard input, as an input or as a list. */
export const STDIN = "-";

export interface CommandInputs {
  /** Paths and addresses as in the command; {@link STDIN} for standard input. */
  readonly inputs: readonly BatchInput[];
  /** False for one plain input, which has words and exit codes of its own. */
  readonly isBatch: boolean;
}

/** Flags that name the inputs. */
export interface InputFlags {
  readonly fromList?: string;
  readonly keepFolders?: boolean;
}

/**
 * The inputs of the command line: files, patterns and a list.
 *
 * @throws PackError `usage` when there is no input, or a pattern matches no film
 */
export async function givenInputs(
  args: readonly string[],
  { fromList, keepFolders }: InputFlags,
  signal: AbortSignal,
): Promise<CommandInputs> {
  if (args.length === 0 && fromList === undefined) throw noInput();
  if (fromList === STDIN && args.includes(STDIN)) throw bothOfOne();
  const expanded = await Promise.all(args.map((arg) => expand(arg, FILMS)));
  const listed = fromList === undefined ? [] : await readList(fromList, signal);
  if (fromList === STDIN && listed.includes(STDIN)) throw bothOfOne();
  const isBatch =
    args.length > 1 ||
    fromList !== undefined ||
    expanded.some(({ isPattern }) => isPattern);
  const named: NamedFile[] = [
    ...expanded.flatMap(({ files }) => files),
    ...listed.map((path) => ({ path })),
  ];
  const inputs = named.map((file) => ({
    path: file.path,
    ...(keepFolders && { folder: keptFolder(file) }),
  }));
  return { inputs, isBatch };
}

function noInput(): PackError {
  return new PackError(
    "usage",
    "No input. Expected media files, patterns or --from-list FILE.",
    { hint: "For example: mss-pack input.mp4 -o out/" },
  );
}

/** Standard input with the list cannot be read again as a film. */
function bothOfOne(): PackError {
  return new PackError(
    "usage",
    "Standard input is given as an input and as a list. Expected one of them.",
    { hint: 'A file that is called "-" is given as ./-' },
  );
}

/**
 * The paths in a list, one a line, unchanged. Empty lines and lines that begin with # do not
 * count; `-` is standard input here too.
 *
 * @param file path of the list, `-` for standard input
 * @throws PackError `usage` when the list cannot be read or contains no path
 */
async function readList(file: string, signal: AbortSignal): Promise<string[]> {
  const content = await readText(file, signal);
  if (content.includes("\0")) throw noList(file);
  const lines = content
    .replace(/^\ufeff/, "") // Windows editors put it first
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (lines.length > 0) return lines;
  throw new PackError("usage", `--from-list ${file}: names no input.`);
}

/** A film has bytes that no text has. */
function noList(file: string): PackError {
  return new PackError(
    "usage",
    `--from-list ${file}: is not a text. Expected a list, one path a line.`,
    { hint: `A film is given as it is: mss-pack ${file} -o out/` },
  );
}

/** No list of paths is larger; a film would fill the memory. */
const MOST_LIST_BYTES = 64 * 1024 * 1024;

async function readText(file: string, signal: AbortSignal): Promise<string> {
  if (file === "-" && process.stdin.isTTY) {
    throw new PackError(
      "usage",
      "--from-list -: standard input is a terminal. Expected a list, one path a line.",
      {
        hint: "For example: find clips -name '*.mkv' | mss-pack --from-list - -o out/",
      },
    );
  }
  if (file !== "-" && (await bytesOf([file])) > MOST_LIST_BYTES)
    throw noList(file);
  try {
    return file === "-"
      ? await text(addAbortSignal(signal, process.stdin))
      : await readFile(file, "utf8");
  } catch (cause) {
    throwIfAborted(signal);
    throw new PackError(
      "usage",
      `--from-list ${file}: cannot be read (${messageOf(cause)}).`,
      { cause },
    );
  }
}

/** The name of standard input in reports and messages. */
export const STDIN_LABEL = "standard input";

/** The package's name when the user gives none. */
const STDIN_NAME = "stdin";

interface SpooledInput extends BatchInput {
  /** Removes the file and the new folders; the end of the process removes the file anyway. */
  remove(): Promise<void>;
}

/**
 * Copies standard input to a file in a hidden work folder: an MP4 with its moov
 * at the end cannot be read from a pipe.
 *
 * @param folder for the work folder; it is made when it is missing
 * @throws PackError `usage` when standard input is a terminal, `input` when it is empty, `output` when the disk
 * fails
 */
async function spoolStdin(
  folder: string,
  name: string | undefined,
  signal: AbortSignal,
): Promise<SpooledInput> {
  if (process.stdin.isTTY) throw terminalError();
  const target = resolve(folder);
  const made = await writing(target, () => makeFolders(target));
  const work = await writing(target, () => makeWork(target, () => false));
  const remove = async () => {
    await closeWork(work);
    await removeEmpty(made);
  };
  const path = join(work.path, STDIN_NAME);
  try {
    await copy(path, target, signal);
    return { path, name: name ?? STDIN_NAME, label: STDIN_LABEL, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function copy(
  path: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await pipeline(process.stdin, createWriteStream(path), { signal });
  } catch (cause) {
    throwIfAborted(signal);
    throw outputError(folder, cause); // the file is gone before the user reads the error
  }
  if ((await stat(path)).size === 0)
    throw new PackError("input", "Standard input: is empty (0 bytes).");
}

function terminalError(): PackError {
  return new PackError(
    "usage",
    "Standard input is a terminal. Expected a media file.",
    { hint: "For example: mss-pack - -o out/ < film.mp4" },
  );
}

/**
 * Runs the work with a file instead of standard input.
 *
 * @param folder of that file
 */
export async function withStdin<T>(
  inputs: readonly BatchInput[],
  { folder, name, quiet }: StdinFlags,
  signal: AbortSignal,
  work: (inputs: readonly BatchInput[]) => Promise<T>,
): Promise<T> {
  if (!inputs.some(({ path }) => path === STDIN)) return work(inputs);
  const isWatched = !quiet && !process.stdin.isTTY;
  if (isWatched) say("Reading standard input ...");
  const spooled = await spoolStdin(folder, name, signal);
  try {
    return await work(
      inputs.map((input) => (input.path === STDIN ? spooled : input)),
    );
  } finally {
    await spooled.remove();
  }
}

interface StdinFlags {
  readonly folder: string;
  readonly name: string | undefined;
  readonly quiet?: boolean | undefined;
}

/** @throws PackError `usage` */
export function refuseOneNameForMany(
  { isBatch }: CommandInputs,
  { name }: { readonly name?: string },
): void {
  if (!isBatch || name === undefined) return;
  throw new PackError(
    "usage",
    `--name is "${name}" and there are several inputs. Expected one input.`,
    { hint: "Without --name each package is called like its input." },
  );
}

/** The use of standard input, in words. */
export function stdinUse(
  { inputs }: CommandInputs,
  { fromList }: InputFlags,
): string | undefined {
  if (fromList === STDIN) return "--from-list";
  return inputs.some(({ path }) => path === STDIN) ? "the input" : undefined;
}
