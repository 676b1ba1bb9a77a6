import { realpath } from "node:fs/promises";
import { isAbsolute, join, sep } from "node:path";

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
