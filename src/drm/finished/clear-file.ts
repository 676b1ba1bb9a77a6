import type { FileHandle } from "node:fs/promises";
import { concat } from "../../isobmff/bytes.js";
import { readAt } from "../../isobmff/scan.js";
import type { ContentKey } from "../content-key.js";
import { uuidText } from "../kid.js";
import { clearFragment } from "./rewrite-fragment.js";
import {
  clearHeader,
  readEncryptions,
  type TrackEncryption,
} from "./header.js";
import {
  mapFile,
  rewriteFile,
  type FileMap,
  type FileRewrite,
} from "./rewrite-file.js";
import { readFragment } from "./fragment-boxes.js";
import {
  encryptedOf,
  readSencOf,
  type EncryptedCount,
} from "./sample-auxiliary.js";

/** A protected file, read as the clear file. */
export class ClearFile {
  readonly #file: FileHandle;
  readonly #map: FileMap;
  readonly #encryptions: readonly TrackEncryption[];
  readonly #rewrite: FileRewrite;

  private constructor(
    file: FileHandle,
    map: FileMap,
    encryptions: readonly TrackEncryption[],
    contentKey: ContentKey | undefined,
  ) {
    this.#file = file;
    this.#map = map;
    this.#encryptions = encryptions;
    this.#rewrite = rewriteOf(encryptions, contentKey);
  }

  /**
   * @param file stays open, and belongs to the caller
   * @param contentKey undefined: everything but the samples is clear
   * @throws Error in one line for a file that is damaged, not protected, or protected in a way that the key does not
   * fit
   */
  static async open(
    file: FileHandle,
    contentKey: ContentKey | undefined,
  ): Promise<ClearFile> {
    const map = await mapFile(file);
    const encryptions = await encryptionsOf(file, map, contentKey);
    return new ClearFile(file, map, encryptions, contentKey);
  }

  /** The whole file, part by part. */
  bytes(): AsyncGenerator<Uint8Array, void> {
    return rewriteFile(this.#file, this.#map, this.#rewrite);
  }

  /** Header and one fragment, as a client has them after a seek; undefined when there is no such fragment. */
  async alone(i: number): Promise<Uint8Array | undefined> {
    const bytes = await this.#fragment(i);
    if (bytes === undefined) return undefined;
    const header = await readAt(this.#file, 0, this.#map.headerSize);
    return concat([
      this.#rewrite.header(header),
      this.#rewrite.fragment(bytes),
    ]);
  }

  /** How much of a fragment is encrypted, by its own boxes. */
  async encryptedCount(i: number): Promise<EncryptedCount> {
    const bytes = await this.#fragment(i);
    const fragment = bytes && readFragment(bytes);
    const encryption = this.#encryptions.find(
      ({ trackId }) => trackId === fragment?.trackId,
    );
    if (!bytes || !fragment?.senc || !encryption)
      return { bytes: 0, samples: 0 };
    const rows = readSencOf(bytes, fragment.senc, encryption.ivSize);
    return encryptedOf(rows, fragment.offsets);
  }

  async #fragment(i: number): Promise<Uint8Array | undefined> {
    const part = this.#map.parts.filter(({ isFragment }) => isFragment)[i];
    return part && readAt(this.#file, part.start, part.size);
  }
}

/**
 * The edits that turn a protected file into a clear one.
 *
 * @throws Error as {@link ClearFile.open} does
 */
export async function clearRewrite(
  file: FileHandle,
  map: FileMap,
  contentKey: ContentKey,
): Promise<FileRewrite> {
  return rewriteOf(await encryptionsOf(file, map, contentKey), contentKey);
}

async function encryptionsOf(
  file: FileHandle,
  { headerSize }: FileMap,
  contentKey: ContentKey | undefined,
): Promise<TrackEncryption[]> {
  const encryptions = readEncryptions(await readAt(file, 0, headerSize));
  for (const encryption of encryptions) requireReadable(encryption, contentKey);
  if (encryptions.length === 0) throw new Error("is not protected");
  return encryptions;
}

function rewriteOf(
  encryptions: readonly TrackEncryption[],
  contentKey: ContentKey | undefined,
): FileRewrite {
  const key = contentKey?.key;
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
  contentKey: ContentKey | undefined,
): void {
  const actual = uuidText(kid);
  const expected = contentKey && uuidText(contentKey.kid);
  if (expected !== undefined && actual !== expected)
    throw new Error(
      `is protected with the key ${actual}, not with ${expected}`,
    );
  if (!SCHEMES.includes(scheme))
    throw new Error(`is protected by the scheme ${scheme}, which is not read`);
  if (ivSize !== 8 && ivSize !== 16)
    throw new Error(
      `has initialization vectors of ${ivSize} bytes, expected 8 or 16`,
    );
}
