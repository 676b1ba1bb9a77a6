import { requireContentKey, type ContentKey } from "../drm/content-key.js";
import { uuidText } from "../drm/kid.js";
import { PackError } from "../errors.js";
import { withoutProtection } from "../smooth/protection-element.js";
import { opensPackage } from "../verify/hidden-check.js";
import type { VerifyReport } from "../verify/verify.js";
import { findTools } from "../ffmpeg/find.js";
import { clearMedia, writeClearCopy } from "./clear-copy.js";
import {
  readFinished,
  requireRight,
  type FinishedPackage,
} from "./finished-package.js";
import type { Delivered, FinishedOptions } from "./options.js";
import { lockOfPackage, requireRightKey } from "./package-lock.js";
import { needsRemake, remakePackage } from "./remake.js";
import { rewritePackage, type WriteOptions } from "./rewrite-package.js";
import { withTemporaryFolder } from "./temporary.js";

export interface UnprotectOptions extends FinishedOptions {
  readonly contentKey: ContentKey;
}

/**
 * Restores a protected package of any maker to its clear form, to the byte. A client manifest that it does not have is
 * made, and folders of fragments become files, as mux makes them.
 *
 * @throws PackError `input` for a package that is not protected, or with another key,
 * `tool` when there is no ffmpeg and no checksum to test the key, and the errors of
 * protectPackage
 */
export async function unprotectPackage(
  ism: string,
  options: UnprotectOptions,
): Promise<Delivered> {
  const { contentKey } = options;
  requireContentKey(contentKey); // a caller without types may pass anything
  const finished = await readFinished(ism);
  const lock = await lockOfPackage(finished);
  requireRightKey(contentKey, lock, ism);
  if (await needsRemake(ism))
    return unprotectRemade(finished, {
      ...options,
      // Without a checksum only its pictures and sounds show another key.
      ...(lock.key.checksum === undefined && { verify: "full" }),
    });
  // What is wrong with the protection goes with it, or makes reading the samples fail.
  const tracks = await requireRight(finished, options.signal, "protection");
  if (lock.key.checksum === undefined)
    await requireOpens(finished, tracks, contentKey, options);
  const client = withoutProtection(finished.client.text);
  const write = (to: WriteOptions) =>
    clearMedia(finished.media, contentKey, to);
  return rewritePackage(
    { finished, client, protection: undefined, write },
    options,
  );
}

/** Its fragments are decrypted in their own layout first, and then the walk of mux makes a package of them. */
function unprotectRemade(
  finished: FinishedPackage,
  { contentKey, ...options }: UnprotectOptions,
): Promise<Delivered> {
  const { name } = finished;
  return withTemporaryFolder(`${name}.ism`, options.signal, async (folder) => {
    const clear = await writeClearCopy(finished, contentKey, {
      ...{ folder, fsync: false, signal: options.signal },
      onWritten: () => undefined,
    });
    return remakePackage(clear, options);
  });
}

/**
 * Tries a key on a package whose header has no checksum. Decryption with another key
 * would publish noise under the name of a film.
 *
 * @throws PackError `input` when it is another key, `tool` when there is no ffmpeg to try
 * it with
 */
async function requireOpens(
  { givenPath, folder }: FinishedPackage,
  tracks: VerifyReport["tracks"],
  contentKey: ContentKey,
  options: FinishedOptions,
): Promise<void> {
  const tools = await findTools(options);
  const { signal } = options;
  const isOpened = await opensPackage(
    ...([folder, tracks, contentKey, tools, signal] as const),
  );
  if (isOpened ?? true) return;
  const kid = uuidText(contentKey.kid);
  throw new PackError(
    "input",
    `${givenPath}: is protected with another key of the KID ${kid}: what this one makes of its samples does not decode. Its header has no checksum.`,
    { facts: { kid } },
  );
}
