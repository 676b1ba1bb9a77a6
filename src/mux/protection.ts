import { codecNamed } from "../codecs/index.js";
import {
  fragmentBoxes,
  fragmentBoxesSize,
  keptSystemBoxes,
  protectEntry,
  systemBox,
  type SampleSpan,
} from "../drm/boxes.js";
import {
  encryptedBytes,
  isKept,
  type EncryptedSamples,
} from "../drm/protected-samples.js";
import type { FileProtection } from "../media/presentation.js";
import { byteLength, type Track } from "../media/track.js";

/**
 * The seam between writing files and protecting them: everything that encrypted samples
 * add to a file. sample-ranges.ts lists the encrypted bytes; other files here ask only
 * whether the job has a protection.
 */

/** A track for writing: in the clear, to be protected, or encrypted already. */
export interface OutTrack extends Track {
  readonly protection?: EncryptedSamples | undefined;
}

export function describeProtection({
  protection,
  samples,
}: OutTrack): FileProtection | undefined {
  if (protection === undefined || isKept(protection)) return undefined;
  const { systemId, data } = protection;
  return {
    ...{ systemId, data },
    encryptedBytes: encryptedBytes(protection, samples.size),
    sampleBytes: byteLength(samples),
  };
}

/** The box in the moov that describes the track's samples. */
export function sampleEntryOf(track: OutTrack, bitrate: number): Uint8Array {
  const codec = codecNamed(track.codec);
  const entry = codec.sampleEntry({ ...track, bitrate });
  return track.protection
    ? protectEntry(entry, codec.kind, track.protection)
    : entry;
}

/** The boxes at the end of the moov. */
export function movieProtection({ protection }: OutTrack): Uint8Array[] {
  if (protection === undefined) return [];
  return isKept(protection)
    ? keptSystemBoxes(protection)
    : [systemBox(protection)];
}

/**
 * The boxes at the end of a traf.
 *
 * @param offset of these boxes from the moof's first byte
 */
export function fragmentProtection(
  { protection }: OutTrack,
  span: SampleSpan,
  offset: number,
): Uint8Array[] {
  return protection ? fragmentBoxes(protection, span, offset) : [];
}

/** The size of the boxes of {@link fragmentProtection}. */
export function fragmentProtectionSize(
  { protection }: OutTrack,
  span: SampleSpan,
): number {
  return protection ? fragmentBoxesSize(protection, span) : 0;
}
