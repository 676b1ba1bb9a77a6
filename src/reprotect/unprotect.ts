import { open } from "node:fs/promises";
import { deliver } from "../deliver.js";
import { requireContentKey, type ContentKey } from "../drm/content-key.js";
import { clearRewrite } from "../drm/finished/clear-file.js";
import { mapFile, type Rewrite } from "../drm/finished/rewrite-file.js";
import type { Delivered } from "../options.js";
import { withoutProtection } from "../smooth/protection-element.js";
import { deliveryOf, type ReprotectOptions } from "./delivery.js";
import { readPackage, requireRight } from "./finished-package.js";
import { lockOfPackage, requireRightKey } from "./package-header.js";
import { requireOpens } from "./try-key.js";
import { readable, writeAnew } from "./write-file.js";

export interface UnprotectOptions extends ReprotectOptions {
  readonly contentKey: ContentKey;
}

/**
 * Gives a protected package back as it was in the clear, to the byte.
 *
 * @throws PackError `input` for a package that is not protected, or with another key, `tool` when there is no ffmpeg
 * and no checksum tells the key, and as protectPackage does
 */
export async function unprotectPackage(
  ism: string,
  options: UnprotectOptions,
): Promise<Delivered> {
  const { contentKey } = options;
  requireContentKey(contentKey); // from a caller without types
  const found = await readPackage(ism);
  const lock = lockOfPackage(found);
  requireRightKey(contentKey, lock, ism);
  const tracks = await requireRight(found, options.signal);
  if (lock.key.checksum === undefined)
    await requireOpens(found, tracks, contentKey, options);
  const client = withoutProtection(found.client.text);
  const delivery = await deliveryOf(
    found,
    client,
    undefined,
    options,
    async (write) => {
      for (const media of found.media) {
        const rewrite = media.isText
          ? AS_IT_IS
          : await rewriteOf(media.path, contentKey);
        await writeAnew(media, rewrite, write);
      }
      return [];
    },
  );
  return deliver(delivery, options);
}

const AS_IT_IS: Rewrite = {
  header: (bytes) => bytes,
  fragment: (bytes) => bytes,
};

function rewriteOf(path: string, contentKey: ContentKey): Promise<Rewrite> {
  return readable(path, async () => {
    const file = await open(path, "r");
    try {
      return await clearRewrite(file, await mapFile(file), contentKey);
    } finally {
      await file.close();
    }
  });
}
