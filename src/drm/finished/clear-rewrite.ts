import type { MediaSource } from "../../isobmff/fragment-folder.js";
import { readAt } from "../../isobmff/scan.js";
import type { ContentKey } from "../content-key.js";
import { isSameKid, uuidText } from "../kid.js";
import { readFragment } from "./fragment-boxes.js";
import { requireNoSamples, sampleDefaults } from "./header-boxes.js";
import {
  clearHeader,
  readEncryptions,
  type TrackEncryption,
} from "./header.js";
import { mapFile } from "./map-file.js";
import type { FileRewrite } from "./rewrite-file.js";
import { clearFragment, movedFragment } from "./rewrite-fragment.js";

/**
 * The edits that turn a protected file into a clear one.
 *
 * @returns undefined for a file without a protected track
 * @throws Error in one line for a file that is damaged, or protected in a way that the key does not fit
 */
export async function clearRewrite(
  file: MediaSource,
  contentKey: ContentKey,
): Promise<FileRewrite | undefined> {
  const { headerSize } = await mapFile(file);
  const header = await readAt(file, 0, headerSize);
  const encryptions = readEncryptions(header);
  if (encryptions.length === 0) return undefined;
  requireReadable(encryptions, contentKey);
  return clearRewriteOf(header, encryptions, contentKey);
}

/**
 * @param header everything before the first fragment
 * @param contentKey undefined: the boxes of the protection are removed, and samples stay as they are
 * @throws Error in one line for a header with samples of its own
 */
export function clearRewriteOf(
  header: Uint8Array,
  encryptions: readonly TrackEncryption[],
  contentKey: ContentKey | undefined,
): FileRewrite {
  requireNoSamples(header);
  const defaults = sampleDefaults(header);
  const byTrack = new Map(encryptions.map((one) => [one.trackId, one]));
  return {
    header: clearHeader,
    fragment({ bytes, start, newStart }) {
      const fragment = readFragment(bytes, { start, defaults });
      const moved = { bytes, fragment, newStart };
      const encryption = byTrack.get(fragment.trackId);
      return encryption
        ? clearFragment(moved, encryption, contentKey?.key)
        : movedFragment(moved);
    },
  };
}

const SCHEMES = ["piff", "cenc"];

/** AES-CTR, by PIFF's tenc; protected as the scheme says, by ISO's. */
const AES_CTR = 1;

/** @throws Error in one line for a file that is not protected, or in a way that the key does not fit */
export function requireReadable(
  encryptions: readonly TrackEncryption[],
  contentKey: ContentKey | undefined,
): void {
  if (encryptions.length === 0) throw new Error("is not protected");
  for (const { kid, scheme, algorithm, ivSize } of encryptions) {
    if (contentKey !== undefined && !isSameKid(kid, contentKey.kid))
      throw new Error(
        `is protected with the key ${uuidText(kid)}, not with ${uuidText(contentKey.kid)}`,
      );
    if (!SCHEMES.includes(scheme))
      throw new Error(
        `is protected by the scheme ${scheme}, which is not read`,
      );
    if (algorithm !== AES_CTR)
      throw new Error(
        `is protected by the algorithm ${algorithm} of its tenc, expected ${AES_CTR}, which is AES-CTR`,
      );
    if (ivSize !== 8 && ivSize !== 16)
      throw new Error(
        `has initialization vectors of ${ivSize} bytes, expected 8 or 16`,
      );
  }
}
