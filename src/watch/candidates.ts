import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FileState } from "./settled.js";

/** Names that browsers, copy programs and we give to what is not finished, or no film. */
const NOT_MEANT = [
  /^\./,
  /^~/,
  /~$/,
  /\.(part|partial|filepart|crdownload|download|aria2|tmp|temp)$/i,
  /\.error\.json$/,
  /^(thumbs\.db|desktop\.ini)$/i,
];

/**
 * The files in a watch folder that are meant for us, take-2 before take-10.
 * Folders in it are not looked into.
 *
 * @throws what the system says when the folder cannot be read
 */
export async function candidates(folder: string): Promise<FileState[]> {
  const names = (await readdir(folder)).filter(
    (name) => !NOT_MEANT.some((pattern) => pattern.test(name)),
  );
  const states = await Promise.all(
    names.sort(NATURAL.compare).map((name) => stateOf(folder, name)),
  );
  return states.filter((state) => state !== undefined);
}

const NATURAL = new Intl.Collator("en", { numeric: true });

/** @returns undefined when it is no file, or gone */
export async function stateOf(
  folder: string,
  name: string,
): Promise<FileState | undefined> {
  const stats = await stat(join(folder, name)).catch(() => undefined);
  return stats?.isFile()
    ? { name, size: stats.size, changedMs: stats.mtimeMs }
    : undefined;
}
