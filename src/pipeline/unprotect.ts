import { open } from "node:fs/promises";
import { requireContentKey, type ContentKey } from "../drm/content-key.js";
import { clearRewrite } from "../drm/finished/clear-rewrite.js";
import type { FileRewrite } from "../drm/finished/rewrite-file.js";
import { uuidText } from "../drm/kid.js";
import { PackError } from "../errors.js";
import { withoutProtection } from "../smooth/protection-element.js";
import { opensPackage } from "../verify/hidden-check.js";
import type { VerifyReport } from "../verify/verify.js";
import { findTools } from "../ffmpeg/find.js";
import {
  lockOfPackage,
  requireRightKey,
  readFinished,
  requireRight,
  type FinishedPackage,
  type MediaFile,
} from "./finished-package.js";
import type { Delivered, FinishedOptions } from "./options.js";
import {
  readable,
  rewritePackage,
  writeAnew,
  type WriteOptions,
} from "./rewrite-package.js";

export interface UnprotectOptions extends FinishedOptions {
  readonly contentKey: ContentKey;
}

/**
 * Restores a protected package to its clear form, to the byte.
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
  const lock = lockOfPackage(finished);
  requireRightKey(contentKey, lock, ism);
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

/**
 * Writes the media of a protected package in the clear. Files of text, and those without a
 * protected track, are copied.
 *
 * @throws PackError `input` for a file that is damaged, or protected in another way; `output` or `aborted`
 */
export async function clearMedia(
  media: readonly MediaFile[],
  contentKey: ContentKey,
  to: WriteOptions,
): Promise<[]> {
  for (const file of media) {
    const rewrite = file.isText
      ? undefined
      : await rewriteOf(file.path, contentKey);
    await writeAnew(file, rewrite, to);
  }
  return [];
}

/** @returns undefined for a file in the clear */
function rewriteOf(
  path: string,
  contentKey: ContentKey,
): Promise<FileRewrite | undefined> {
  return readable(path, async () => {
    const file = await open(path, "r");
    try {
      return await clearRewrite(file, contentKey);
    } finally {
      await file.close();
    }
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
