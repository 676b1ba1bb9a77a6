import type { ContentKey } from "../drm/content-key.js";
import { uuidText } from "../drm/kid.js";
import { loadKey } from "../drm/keys/load-key.js";
import { readPackage } from "../reprotect/finished-package.js";
import { lockOfPackage, requireRightKey } from "../reprotect/package-header.js";
import type { KeyFlags } from "./protect-options.js";
import type { ProtectedCommand } from "./protected-command.js";
import { surroundingsOf } from "./protection.js";

/**
 * The key of a finished package, from the source that the flags name. The package
 * says which one it is, where there are several, or a key seed.
 *
 * @throws PackError `input` when it is not protected or the key is another, and as loadKey does
 */
export async function packageKey(
  ism: string,
  flags: KeyFlags,
  command: ProtectedCommand,
): Promise<ContentKey> {
  const lock = lockOfPackage(await readPackage(ism));
  const options = { ...flags, kid: flags.kid ?? uuidText(lock.key.kid) };
  const { contentKey } = await loadKey(options, surroundingsOf(command));
  requireRightKey(contentKey, lock, ism);
  return contentKey;
}
