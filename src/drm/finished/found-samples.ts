import type { MediaSource } from "../../isobmff/fragment-folder.js";
import type { SampleDefaults } from "../../isobmff/fragment-runs.js";
import { readAt, scanBoxes, type BoxSpan } from "../../isobmff/scan.js";
import { readFragment } from "./fragment-boxes.js";
import { sampleDefaults } from "./header-boxes.js";
import { readEncryptions, type TrackEncryption } from "./header.js";
import { inFragment, inPart } from "./rewrite-file.js";
import { requireNoGroups } from "./rewrite-fragment.js";
import { readSencOf, type SampleRow } from "./sample-auxiliary.js";

/** A sample of an encrypted track of a finished file. */
export interface FoundSample {
  /** Where its bytes begin in the file. */
  readonly offset: number;
  /** The first of its fragment, where clients begin to decode. */
  readonly isFirst: boolean;
  /** Undefined: it is in the clear. */
  readonly row: SampleRow | undefined;
}

/** A finished file whose samples stay as they are: where its boxes lie, and how its tracks are encrypted. */
export interface EncryptedFile {
  readonly encryptions: readonly TrackEncryption[];
  readonly defaults: ReadonlyMap<number, SampleDefaults>;
  readonly fragments: readonly FragmentPlace[];
}

interface FragmentPlace {
  readonly start: number;
  readonly moofSize: number;
  /** Of moof and mdat together, and what lies between them. */
  readonly extent: number;
}

/**
 * Finds the protection of a file. Its end may be cut off.
 *
 * @throws Error in one line when a box is damaged
 */
export async function openEncrypted(file: MediaSource): Promise<EncryptedFile> {
  const { size } = await file.stat();
  const spans: BoxSpan[] = [];
  for await (const span of scanBoxes(file, size)) spans.push(span);
  const first = spans.findIndex(({ type }) => type === "moof");
  const headerSize = spans[first]?.start ?? size;
  const header = await readAt(file, 0, headerSize);
  return inPart("header", () => ({
    encryptions: readEncryptions(header),
    defaults: sampleDefaults(header),
    fragments: fragmentsOf(spans, size),
  }));
}

function fragmentsOf(
  spans: readonly BoxSpan[],
  fileSize: number,
): FragmentPlace[] {
  return spans.flatMap(({ type, start, size }, i) => {
    if (type !== "moof" || start + size > fileSize) return [];
    const next = spans.findIndex((one, k) => k > i && ENDS.has(one.type));
    const end = next === -1 ? undefined : spans[next];
    const last = end?.type === "mdat" ? end.start + end.size : end?.start;
    return [{ start, moofSize: size, extent: (last ?? fileSize) - start }];
  });
}

/** Either the media of a moof, or the end of what may belong to it. */
const ENDS = new Set(["mdat", "moof", "mfra"]);

/**
 * The samples of an encrypted track, in the order of the file.
 *
 * @throws Error in one line for a fragment that is damaged, or does not tell how it is protected
 */
export async function* encryptedSamples(
  file: MediaSource,
  { fragments, defaults }: EncryptedFile,
  encryption: TrackEncryption,
): AsyncGenerator<FoundSample, void> {
  for (const { start, moofSize, extent } of fragments) {
    const bytes = await readAt(file, start, moofSize);
    yield* inFragment(start, () => {
      const context = { start, defaults, extent };
      const { trackId, traf, senc, starts } = readFragment(bytes, context);
      if (trackId !== encryption.trackId || starts.length === 0) return [];
      requireNoGroups(bytes, traf);
      if (senc === undefined)
        throw new Error("no senc: nothing tells how it is protected");
      const rows = readSencOf(bytes, senc, encryption);
      if (rows.length !== 0 && rows.length !== starts.length)
        throw new Error(
          `${rows.length} samples in the senc, ${starts.length} in the trun`,
        );
      return starts.map((from, i) => ({
        ...{ offset: start + from, isFirst: i === 0, row: rows[i] },
      }));
    });
  }
}
