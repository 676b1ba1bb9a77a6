import { parse } from "node:path";
import { PackError } from "../errors.js";
import { isUrl } from "../ffmpeg/input-options.js";
import { isStoreAddress, parseAddress } from "../store/address.js";

/** The package's default name: a file's name without its folder and extension; for a URL, from its path. */
export function packageName(path: string): string {
  if (isStoreAddress(path)) return parse(parseAddress(path).key).name;
  if (!isUrl(path) || !URL.canParse(path)) return parse(path).name;
  return parse(new URL(path).pathname).name;
}

/** Longer names would leave no room for `_5000.ismv` in the 255 bytes of a file name. */
const LONGEST_NAME_BYTES = 230;

/**
 * The name of a package, unchanged: one part of a path that must not lead out of the
 * output folder.
 *
 * @throws PackError `usage`
 */
export function checkedName(name: string): string {
  const isWrong = ["", ".", ".."].includes(name) || /[\\/\0-\x1f]/.test(name);
  if (!isWrong && Buffer.byteLength(name) <= LONGEST_NAME_BYTES) return name;
  const expected = isWrong
    ? "a file name without slashes or control characters"
    : `at most ${LONGEST_NAME_BYTES} bytes`;
  throw new PackError(
    "usage",
    `The package's name is ${JSON.stringify(name)}. Expected ${expected}.`,
    {
      hint: "Give another with --name.",
    },
  );
}
