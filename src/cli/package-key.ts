import { dirname } from "node:path";
import type { ContentKey } from "../drm/content-key.js";
import { looksLikeKey } from "../drm/keys/key-like.js";
import { loadKey } from "../drm/keys/load-key.js";
import { keyFilesOf } from "../drm/keys/source.js";
import { uuidText } from "../drm/kid.js";
import {
  readFinished,
  lockOfPackage,
  requireRightKey,
} from "../pipeline/finished-package.js";
import { liesIn } from "../util/paths.js";
import { say } from "./print.js";
import type { KeyFlags } from "./options/protection.js";
import { type ProtectedCommand, surroundingsOf } from "./protection.js";

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
  const lock = lockOfPackage(await readFinished(ism));
  const options = { ...flags, kid: flags.kid ?? uuidText(lock.key.kid) };
  const { contentKey } = await loadKey(options, surroundingsOf(command));
  await warnOfKeysBeside(ism, flags);
  requireRightKey(contentKey, lock, ism);
  return contentKey;
}

/** As far as its manifests can be read: what they lack is told by whoever verifies them. */
export async function isProtected(ism: string): Promise<boolean> {
  return readFinished(ism).then(
    ({ headers }) => (headers?.length ?? 0) > 0,
    () => false,
  );
}

/** Not refused: the package is there already, and whoever looks at it need not be the one who put the keys there. */
async function warnOfKeysBeside(ism: string, flags: KeyFlags): Promise<void> {
  const folder = dirname(ism);
  for (const [option, path] of keyFilesOf(flags))
    if (path !== "-" && !looksLikeKey(path) && (await liesIn(path, folder)))
      say(
        `WARNING: ${option} ${path} lies in the folder of the package, which is there to be served.`,
      );
}
