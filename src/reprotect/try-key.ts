import type { ContentKey } from "../drm/content-key.js";
import { uuidText } from "../drm/kid.js";
import { PackError } from "../errors.js";
import { toolsOf } from "../finished-media.js";
import { opensPackage } from "../verify/try-key.js";
import type { VerifyReport } from "../verify/verify.js";
import type { ReprotectOptions } from "./delivery.js";
import type { FinishedPackage } from "./finished-package.js";

/**
 * Tries a key on a package whose header has no checksum: decrypted with another one it
 * would be noise under the name of a film.
 *
 * @throws PackError `input` when it is another key, `tool` when there is no ffmpeg to try it with
 */
export async function requireOpens(
  { given, folder }: FinishedPackage,
  tracks: VerifyReport["tracks"],
  contentKey: ContentKey,
  options: ReprotectOptions,
): Promise<void> {
  const tools = await toolsOf(options);
  const { signal } = options;
  const isOpened = await opensPackage(
    ...([folder, tracks, contentKey, tools, signal] as const),
  );
  if (isOpened ?? true) return;
  const kid = uuidText(contentKey.kid);
  throw new PackError(
    "input",
    `${given}: is protected with another key of the KID ${kid}: what this one makes of its samples does not decode. Its header has no checksum.`,
    { facts: { kid } },
  );
}
