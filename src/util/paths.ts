import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";

/**
 * Where a file is: its name in the folder that really holds it, and what that leads
 * to when it is a link. Whoever removes or replaces changes the first, whoever reads the second.
 */
async function placesOf(path: string): Promise<readonly string[]> {
  const named = join(await realPlace(dirname(path)), basename(path));
  return [named, await realPlace(path)];
}

/** Do two paths lead to one file? It need not be there yet. */
export async function areSameFile(
  one: string,
  other: string,
): Promise<boolean> {
  const others = await placesOf(other);
  return (await placesOf(one)).some((place) => others.includes(place));
}

/** Does a file lie in a folder, however deep, or lead into it? Neither need be there yet. */
export async function liesIn(path: string, folder: string): Promise<boolean> {
  const real = await realPlace(folder);
  return (await placesOf(path)).some((place) => {
    const way = relative(real, place);
    return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  });
}

/** Where a path leads, also when its end is not there yet. */
export async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realPlace(above), basename(path));
  }
}

/** Windows, where most Smooth origins run, takes `Film` and `film` for the same name. */
export function nameKey(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/**
 * The path of a file that a manifest names, when that stays within `root`, by
 * its name and after links are followed.
 *
 * @param root a real path
 * @returns undefined when it leads outside; a path that does not exist is inside when its name is
 */
export async function insideOf(
  root: string,
  folder: string,
  name: string,
): Promise<string | undefined> {
  const parts = name.split("/");
  const isFit = (part: string) => !["", ".", ".."].includes(part);
  if (isAbsolute(name) || /[\\\0]/.test(name) || !parts.every(isFit))
    return undefined;
  const path = join(folder, ...parts);
  const real = await realpath(path).catch(() => path);
  return isBelow(root, real) ? path : undefined;
}

/** Does a real path lie below another? */
export function isBelow(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}
