import { stat } from "node:fs/promises";
import { insideOf } from "../util/paths.js";
import { FileChanged, servedFile, type ServedFile } from "./open-files.js";
import type { ServedLevel } from "./package.js";
import type { ServedFragment } from "./send-fragment.js";

/**
 * The file of a fragment that has its own.
 *
 * @returns undefined when the level's fragments are in one file
 * @throws FileChanged when it is not there any more
 */
export async function fileOfFragment(
  { fragments, place }: ServedLevel,
  number: number,
): Promise<ServedFile | undefined> {
  const name = fragments.files?.[number];
  if (name === undefined) return undefined;
  const path = await insideOf(place.root, place.folder, name);
  if (path === undefined) throw new FileChanged(name);
  const marks = await stat(path).catch(() => undefined);
  if (!marks?.isFile()) throw new FileChanged(name);
  return servedFile(path, marks);
}

/** The same fragment; one with a file of its own is the only fragment of its level. */
export async function inItsFile(
  fragment: ServedFragment,
): Promise<ServedFragment> {
  const { level, number } = fragment;
  const file = await fileOfFragment(level, number);
  if (file === undefined) return fragment;
  const fragments = {
    ...level.fragments,
    files: undefined,
    time: level.fragments.time.slice(number, number + 1),
    offset: Float64Array.of(0),
    end: Float64Array.of(file.size),
  };
  return { ...fragment, level: { ...level, file, fragments }, number: 0 };
}
