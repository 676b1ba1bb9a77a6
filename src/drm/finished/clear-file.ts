import type { FileHandle } from "node:fs/promises";
import { concat } from "../../isobmff/bytes.js";
import { readAt } from "../../isobmff/scan.js";
import type { ContentKey } from "../content-key.js";
import { uuidText } from "../kid.js";
import { clearFragment } from "./clear-fragment.js";
import {
  clearHeader,
  readEncryptions,
  type TrackEncryption,
} from "./header.js";
import {
  mapFile,
  rewriteFile,
  type FileMap,
  type Rewrite,
} from "./rewrite-file.js";
import { readFragment } from "./fragment-boxes.js";

/** A protected file, to be read as it was in the clear. */
export class ClearFile {
  readonly #file: FileHandle;
  readonly #map: FileMap;
  readonly #rewrite: Rewrite;

  private constructor(file: FileHandle, map: FileMap, rewrite: Rewrite) {
    this.#file = file;
    this.#map = map;
    this.#rewrite = rewrite;
  }

  /**
   * @param file stays open, and belongs to the caller
   * @throws Error in one line for a file that is damaged, not protected, or protected in a way that the key is not for
   */
  static async open(
    file: FileHandle,
    contentKey: ContentKey,
  ): Promise<ClearFile> {
    const map = await mapFile(file);
    return new ClearFile(file, map, await clearRewrite(file, map, contentKey));
  }

  /** The whole file, part by part. */
  bytes(): AsyncGenerator<Uint8Array, void> {
    return rewriteFile(this.#file, this.#map, this.#rewrite);
  }

  /** Header and one fragment, as a client has them after a seek; undefined when there is no such fragment. */
  async alone(i: number): Promise<Uint8Array | undefined> {
    const part = this.#map.parts.filter(({ isFragment }) => isFragment)[i];
    if (part === undefined) return undefined;
    const header = await readAt(this.#file, 0, this.#map.headerSize);
    const bytes = await readAt(this.#file, part.start, part.size);
    return concat([
      this.#rewrite.header(header),
      this.#rewrite.fragment(bytes),
    ]);
  }
}

/**
 * What makes a protected file a clear one.
 *
 * @throws Error as {@link ClearFile.open} does
 */
export async function clearRewrite(
  file: FileHandle,
  { headerSize }: FileMap,
  contentKey: ContentKey,
): Promise<Rewrite> {
  const encryptions = readEncryptions(await readAt(file, 0, headerSize));
  for (const encryption of encryptions) requireReadable(encryption, contentKey);
  if (encryptions.length === 0) throw new Error("is not protected");
  return rewriteOf(encryptions, contentKey);
}

function rewriteOf(
  encryptions: readonly TrackEncryption[],
  { key }: ContentKey,
): Rewrite {
  const byTrack = new Map(encryptions.map((one) => [one.trackId, one]));
  return {
    header: clearHeader,
    fragment(bytes) {
      const encryption = byTrack.get(readFragment(bytes).trackId);
      return encryption ? clearFragment(bytes, encryption.ivSize, key) : bytes;
    },
  };
}

const SCHEMES = ["piff", "cenc"];

function requireReadable(
  { kid, scheme, ivSize }: TrackEncryption,
  contentKey: ContentKey,
): void {
  const [found, expected] = [uuidText(kid), uuidText(contentKey.kid)];
  if (found !== expected)
    throw new Error(`is protected with the key ${found}, not with ${expected}`);
  if (!SCHEMES.includes(scheme))
    throw new Error(`is protected by the scheme ${scheme}, which is not read`);
  if (ivSize !== 8 && ivSize !== 16)
    throw new Error(
      `has initialization vectors of ${ivSize} bytes, expected 8 or 16`,
    );
}
