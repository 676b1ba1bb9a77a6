import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { BatchInput } from "../batch/item.js";
import { PackError, throwIfAborted, outputError } from "../errors.js";
import { writing } from "../output/errors.js";
import { closeWork, makeWork } from "../output/work.js";
import { makeFolders, removeEmpty } from "../util/files.js";

/** What reports and messages call it. */
export const LABEL = "standard input";

/** The package's name when nothing names it. */
const NAME = "stdin";

export interface SpooledInput extends BatchInput {
  /** Removes the file, and folders made for it; without it the end of the process does the first. */
  remove(): Promise<void>;
}

/**
 * Copies standard input to a file in a hidden work folder: an MP4 with its moov
 * at the end cannot be read from a pipe.
 *
 * @param folder where the work folder is made; made itself when it is missing
 * @throws PackError `usage` when a terminal is read, `input` when nothing came, `output` when the disk refuses
 */
export async function spoolStdin(
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
  const path = join(work.path, NAME);
  try {
    await copy(path, target, signal);
    return { path, name: name ?? NAME, label: LABEL, remove };
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
    throw outputError(folder, cause); // the file is gone when it is told
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
