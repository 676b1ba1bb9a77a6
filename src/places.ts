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
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realPlace(above), basename(path));
  }
}
