import { statSync } from "node:fs";
import { join } from "node:path";
import type { ContentKey } from "../drm/content-key.js";
import { ClearFile } from "../drm/finished/clear-file.js";
import type { EncryptedCount } from "../drm/finished/sample-auxiliary.js";
import { readingError } from "../errors.js";
import { concat } from "../isobmff/bytes.js";
import { openForReading } from "../isobmff/media-source.js";
import { readAt } from "../isobmff/scan.js";
import { Findings, type FindingPlace } from "./finding.js";
import type { CheckedTrack } from "./package-check.js";
import { fragmentSpan, openTrack, type TrackReader } from "./track-reader.js";

/** The clear bytes of a track for a decoder, whatever the file holds. */
export interface DecodeSource {
  /** The whole track; undefined: the file itself, from the disk. */
  whole(): AsyncIterable<Uint8Array> | undefined;
  /**
   * The file's header and fragment `i`: the bytes that a client has after a seek.
   * Undefined, with a finding, when the fragment is not there.
   */
  alone(i: number): Promise<Uint8Array | undefined>;
  /** How much of fragment `i` is encrypted. */
  encryptedCount(i: number): Promise<EncryptedCount>;
  close(): Promise<void>;
}

/** Bytes piped into ffmpeg are held in memory. This allows 10 s at 50 Mbit/s. */
const LARGEST_ALONE = 64 * 1024 * 1024;

/** A folder of fragments goes to the decoder in parts of this size. */
const PART = 1024 * 1024;

const NOTHING: EncryptedCount = { bytes: 0, samples: 0 };

/** A track that is not encrypted. */
export function plainSource(
  folder: string,
  { file, trackId }: CheckedTrack,
  findings: Findings,
): DecodeSource {
  let opened: Promise<TrackReader | undefined> | undefined;
  // The check of the track has told what is wrong with its file.
  const reading = () =>
    (opened ??= openTrack(folder, file, trackId, new Findings()));
  async function* joined(): AsyncGenerator<Uint8Array, void> {
    const reader = await reading();
    const size = reader?.mfraOffset ?? 0;
    for (let at = 0; reader && at < size; at += PART)
      yield await readAt(reader.file, at, Math.min(PART, size - at));
  }
  return {
    whole: () =>
      statSync(join(folder, file)).isDirectory() ? joined() : undefined,
    encryptedCount: () => Promise.resolve(NOTHING),
    close: async () => (await opened)?.file.close(),
    async alone(i) {
      const reader = await reading();
      return reader && headerAndFragment(reader, i, findings);
    },
  };
}

async function headerAndFragment(
  reader: TrackReader,
  i: number,
  findings: Findings,
): Promise<Uint8Array | undefined> {
  const { begin, end } = fragmentSpan(reader, i);
  const size = Math.max(0, end - begin);
  if (size > LARGEST_ALONE) {
    const most = `at most ${LARGEST_ALONE}`;
    findings.in(reader.name, i + 1).wrong("decode", "size", size, most);
    return undefined;
  }
  const header = await readAt(reader.file, 0, reader.headerSize);
  return concat([header, await readAt(reader.file, begin, size)]);
}

/**
 * An encrypted track, decrypted on its way to the decoder: no clear byte reaches a disk.
 * Without a key everything but its samples is as in the clear.
 *
 * @returns undefined, with a finding, when it cannot be decrypted with this key
 */
export async function protectedSource(
  folder: string,
  { file, trackId }: CheckedTrack,
  contentKey: ContentKey | undefined,
  findings: Findings,
): Promise<DecodeSource | undefined> {
  const place = findings.in(file);
  const handle = await openForReading(join(folder, file));
  try {
    const clear = await ClearFile.open(handle, contentKey, trackId);
    return {
      whole: () => withFindings(clear.bytes(), place),
      alone: (i) => orTold(() => clear.alone(i), findings.in(file, i + 1)),
      encryptedCount: async (i) =>
        (await orTold(
          () => clear.encryptedCount(i),
          findings.in(file, i + 1),
        )) ?? NOTHING,
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    place.fault("protection", readingError(error));
    return undefined;
  }
}

/** An error on the way ends it, with a finding. */
async function* withFindings(
  parts: AsyncIterable<Uint8Array>,
  place: FindingPlace,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* parts;
  } catch (error) {
    place.fault("protection", readingError(error));
  }
}

async function orTold<T>(
  work: () => Promise<T>,
  place: FindingPlace,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    place.fault("protection", readingError(error));
    return undefined;
  }
}
