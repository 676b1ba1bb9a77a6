import type { MediaSource } from "../../isobmff/fragment-folder.js";
import { concat } from "../../isobmff/bytes.js";
import { readAt } from "../../isobmff/scan.js";
import type { ContentKey } from "../content-key.js";
import { clearRewriteOf, requireReadable } from "./clear-rewrite.js";
import { readFragment } from "./fragment-boxes.js";
import { sampleDefaults } from "./header-boxes.js";
import {
  headerOfTrack,
  readEncryptions,
  type TrackEncryption,
} from "./header.js";
import { mapFile, type FileMap, type FilePart } from "./map-file.js";
import { rewriteFile, type FileRewrite } from "./rewrite-file.js";
import {
  encryptedOf,
  readSencOf,
  type EncryptedCount,
} from "./sample-auxiliary.js";
import { mapOfTrack } from "./track-map.js";

/** A protected file, or one track of it, read as the clear file. */
export class ClearFile {
  readonly #file: MediaSource;
  readonly #map: FileMap;
  readonly #header: Uint8Array;
  readonly #encryptions: readonly TrackEncryption[];
  readonly #rewrite: FileRewrite;

  private constructor(
    file: MediaSource,
    map: FileMap,
    header: Uint8Array,
    contentKey: ContentKey | undefined,
  ) {
    this.#file = file;
    this.#map = map;
    this.#encryptions = readEncryptions(header);
    this.#rewrite = clearRewriteOf(header, this.#encryptions, contentKey);
    this.#header = this.#rewrite.header(header);
  }

  /**
   * @param file stays open, and belongs to the caller
   * @param contentKey undefined: everything but the samples is clear
   * @param trackId only this track of the file, with its fragments, as a file of its own; undefined: all of it
   * @throws Error in one line for a file that is damaged, not protected, or protected in a way that the key does not
   * fit
   */
  static async open(
    file: MediaSource,
    contentKey: ContentKey | undefined,
    trackId?: number,
  ): Promise<ClearFile> {
    const map = await mapFile(file);
    const whole = await readAt(file, 0, map.headerSize);
    const header =
      trackId === undefined ? whole : headerOfTrack(whole, trackId);
    const own =
      header.length === whole.length || trackId === undefined
        ? map
        : await mapOfTrack(file, map, trackId);
    const opened = new ClearFile(file, own, header, contentKey);
    requireReadable(opened.#encryptions, contentKey);
    return opened;
  }

  /** The whole file, part by part. */
  bytes(): AsyncGenerator<Uint8Array, void> {
    const header = () => this.#header;
    return rewriteFile(this.#file, this.#map, { ...this.#rewrite, header });
  }

  /** Header and one fragment, as a client has them after a seek; undefined when there is no such fragment. */
  async alone(i: number): Promise<Uint8Array | undefined> {
    const part = this.#fragments()[i];
    if (part === undefined) return undefined;
    const { start, size } = part;
    const bytes = await readAt(this.#file, start, size);
    const newStart = this.#header.length;
    return concat([
      this.#header,
      this.#rewrite.fragment({ bytes, start, newStart }),
    ]);
  }

  /** How much of a fragment is encrypted, by its own boxes. */
  async encryptedCount(i: number): Promise<EncryptedCount> {
    const part = this.#fragments()[i];
    if (part === undefined) return NOTHING;
    const bytes = await readAt(this.#file, part.start, part.size);
    const defaults = sampleDefaults(this.#header);
    const fragment = readFragment(bytes, { start: part.start, defaults });
    const encryption = this.#encryptions.find(
      ({ trackId }) => trackId === fragment.trackId,
    );
    if (!fragment.senc || !encryption) return NOTHING;
    const rows = readSencOf(bytes, fragment.senc, encryption);
    return encryptedOf(rows, fragment.sizes);
  }

  #fragments(): readonly FilePart[] {
    return this.#map.parts.filter(({ moofSize }) => moofSize !== undefined);
  }
}

const NOTHING: EncryptedCount = { bytes: 0, samples: 0 };
