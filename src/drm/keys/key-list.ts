import type { ContentKey } from "../content-key.js";
import { parseKeyFile } from "./key-file.js";
import { strongKey } from "./loaded-key.js";
import type { KeyOptions, KeySurroundings } from "./options.js";
import { readSecret, textOf } from "./secret-file.js";

/**
 * All keys of a key file.
 *
 * @param option names it in messages
 * @throws PackError `usage` when it lies among the packages, `input` when it, or a key in it, cannot be
 * used. No message holds a key
 */
export async function loadKeyList(
  option: string,
  path: string,
  options: KeyOptions,
  surroundings: KeySurroundings,
): Promise<ContentKey[]> {
  const file = await readSecret(option, path, options, surroundings);
  file.requirePrivate();
  const keys = parseKeyFile(textOf(file), file.where);
  return keys.map(({ kid, bytes }) => strongKey(kid, bytes, file.where));
}
