import { stat } from "node:fs/promises";
import { messageOf, PackError, throwIfAborted } from "../errors.js";
import { findPackagesBelow } from "./find.js";
import { eachInOrder } from "./in-order.js";
import type { FoundPackage } from "./packages-in.js";
import type { ScanOptions, ScanRow } from "./row.js";
import { scanPackage } from "./scan-package.js";
import { filesNow } from "./stamp.js";
import { ScanState } from "./state.js";

/** Packages that are read at a time. */
const WIDTH = 4;

/**
 * Tells what packages of Smooth Streaming lie in a folder and below it, one after another, in the
 * order of their paths. Of media it reads the headers and the indexes. A package that cannot be
 * read is a row, too, and memory does not grow with their number.
 *
 * @throws PackError `input` when there is no such folder, `usage` or `output` of the file that
 * `resume` names, `aborted`
 */
export async function* scan(
  folder: string,
  options: ScanOptions = {},
): AsyncGenerator<ScanRow, void> {
  const { deep = false, resume, signal } = options;
  await requireFolder(folder);
  const state = resume === undefined ? undefined : await ScanState.open(resume);
  const onRemark = options.onRemark ?? (() => undefined);
  const found = findPackagesBelow(folder, { onRemark, signal });
  const look = async (one: FoundPackage) => rowOf(one, deep, state, signal);
  try {
    for await (const row of eachInOrder(found, WIDTH, look)) {
      throwIfAborted(signal);
      yield row;
    }
    await state?.finish();
  } finally {
    await state?.close();
  }
}

async function rowOf(
  found: FoundPackage,
  isDeep: boolean,
  state: ScanState | undefined,
  signal: AbortSignal | undefined,
): Promise<ScanRow> {
  const { stamp, bytes, files } = await filesNow(found);
  const known = await state?.find(found.path, stamp, isDeep);
  if (known !== undefined) return known;
  const { path, kind } = found;
  const answer = await scanPackage(found, { isDeep, signal });
  const row = { package: path, kind, ...answer, bytes, files, isDeep };
  await state?.add(stamp, row);
  return row;
}

async function requireFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch((cause: unknown) => {
    const message = `${folder}: cannot be read (${messageOf(cause)}).`;
    throw new PackError("input", message, { cause });
  });
  if (stats.isDirectory()) return;
  throw new PackError("input", `${folder}: is a file. Expected a folder.`, {
    hint: `mss-pack verify ${folder} reads a single package.`,
  });
}
