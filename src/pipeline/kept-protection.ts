import { requireReadable } from "../drm/finished/clear-rewrite.js";
import {
  encryptedSamples,
  openEncrypted,
} from "../drm/finished/found-samples.js";
import type { TrackEncryption } from "../drm/finished/header.js";
import { SamplesToKeep } from "../drm/finished/samples-to-keep.js";
import { isSameKid, uuidText } from "../drm/kid.js";
import type { KeptEncryption } from "../drm/protected-samples.js";
import { PackError, throwIfAborted } from "../errors.js";
import { openForReading } from "../isobmff/media-source.js";
import type { Protected } from "../media/presentation.js";
import type { SourceTrack } from "../tracks/read-track.js";
import { readable } from "./rewrite-package.js";

/** How the samples of a film are encrypted, by track; one in the clear has no entry. */
export type KeptTracks = ReadonlyMap<SourceTrack, KeptEncryption>;

/**
 * Reads how the tracks of a film are encrypted, for files in which they stay so. Samples of PIFF are encrypted as those of
 * ISO/IEC 23001-7 are: only the boxes differ.
 *
 * @throws PackError `input` for a damaged file, `unsupported` for an encryption that is none of `cenc`, or for several
 * keys
 */
export async function readKept(
  tracks: readonly SourceTrack[],
  header: Protected | undefined,
  signal: AbortSignal | undefined,
): Promise<KeptTracks> {
  const kept = new Map<SourceTrack, KeptEncryption>();
  for (const source of tracks) {
    if (!source.isEncrypted) continue;
    throwIfAborted(signal);
    if (header === undefined) throw noHeader(source);
    const own = await readable(source.path, () => keptOf(source, header));
    const [first] = kept.values();
    if (first && !isSameKid(first.kid, own.kid))
      throw severalKeys(source, first.kid, own.kid);
    kept.set(source, own);
  }
  return kept;
}

async function keptOf(
  { track, path, trackId, label }: SourceTrack,
  header: Protected,
): Promise<KeptEncryption> {
  const source = await openForReading(path);
  try {
    const file = await openEncrypted(source);
    const encryption = file.encryptions.find((one) => one.trackId === trackId);
    if (encryption === undefined) throw new Error("has no tenc");
    requireCounterMode(encryption, label);
    const isOfFile = placesIn(track);
    const samples = new SamplesToKeep(track.samples, encryption, isOfFile);
    for await (const sample of encryptedSamples(source, file, encryption))
      samples.add(sample);
    return samples.kept(encryption.kid, header);
  } finally {
    await source.close();
  }
}

/** @throws PackError `unsupported` */
function requireCounterMode(encryption: TrackEncryption, label: string): void {
  try {
    requireReadable([encryption], undefined);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PackError(
      "unsupported",
      `${label}: ${why}. Expected AES in counter mode, which cenc is.`,
      { cause },
    );
  }
}

/** Does a sample lie in the file, or is it a frame of silence? */
function placesIn({ files }: SourceTrack["track"]): (i: number) => boolean {
  let file = 0;
  return (i) => {
    while (i >= (files[file + 1]?.firstSample ?? Infinity)) file++;
    return files[file]?.bytes === undefined;
  };
}

function noHeader({ label }: SourceTrack): PackError {
  return new PackError(
    "unsupported",
    `${label}: is encrypted, and no manifest or pssh names a licence system. Expected its header, by which players ask for the key.`,
    { hint: "With its key (--key-file) the result is in the clear." },
  );
}

function severalKeys(
  { label }: SourceTrack,
  ...kids: readonly [Uint8Array, Uint8Array]
): PackError {
  const [first, other] = kids.map((kid) => uuidText(kid));
  return new PackError(
    "unsupported",
    `${label}: is encrypted with the key ${other}, other tracks with ${first}. Expected one key for all of them.`,
  );
}
