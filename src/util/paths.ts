import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";

/**
 * Where a file is: its name in its real folder, and the target when it is a link. To remove or
 * replace a file changes the first, to read it uses the second.
 */
async function placesOf(path: string): Promise<readonly string[]> {
  const named = join(await realPlace(dirname(path)), basename(path));
  return [named, await realPlace(path)];
}

/** Do two paths lead to one file? It need not exist yet. */
export async function areSameFile(
  one: string,
  other: string,
): Promise<boolean> {
  const others = await placesOf(other);
  return (await placesOf(one)).some((place) => others.includes(place));
}

/** Does a file lie in a folder at any depth, or link into it? They need not exist yet. */
export async function liesIn(path: string, folder: string): Promise<boolean> {
  const real = await realPlace(folder);
  return (await placesOf(path)).some((place) =>
    staysBelow(relative(real, place)),
  );
}

/** Does a path, as `relative` or `normalize` give it, stay in the folder that it starts from? */
export function staysBelow(path: string): boolean {
  return !isAbsolute(path) && path.split(/[\\/]/)[0] !== "..";
}

/** The real path, also when its end does not exist yet. */
export async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realPlace(above), basename(path));
  }
}

/** Windows, where most Smooth origins run, treats `Film` and `film` as the same name. */
export function nameKey(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/**
 * The path of a file that a manifest names, if it stays within `root` both by its name and
 * after links.
 *
 * @param root a real path
 * @returns undefined when it leads outside; a missing path counts by its name
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

/** Is a real path below another? */
export function isBelow(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}
