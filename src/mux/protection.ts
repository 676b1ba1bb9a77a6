import { codecNamed } from "../codecs/index.js";
import {
  fragmentBoxes,
  fragmentBoxesSize,
  protectEntry,
  systemBox,
  type SampleSpan,
} from "../drm/boxes.js";
import {
  encryptedBytes,
  type ProtectedSamples,
} from "../drm/protected-samples.js";
import type { FileProtection } from "../media/presentation.js";
import { byteLength, type Track } from "../media/track.js";

/**
 * The seam between writing files and protecting them: all that a file has more when
 * its samples are encrypted. Nothing else here asks whether a track is protected, but
 * for sample-ranges.ts, which says which bytes are.
 */

/** A track as it is written: in the clear, or protected. */
export interface OutTrack extends Track {
  readonly protection?: ProtectedSamples | undefined;
}

export function describeProtection({
  protection,
  samples,
}: OutTrack): FileProtection | undefined {
  if (protection === undefined) return undefined;
  const { systemId, data } = protection;
  return {
    ...{ systemId, data },
    encryptedBytes: encryptedBytes(protection, samples.size),
    sampleBytes: byteLength(samples),
  };
}

/** What describes the track's samples in the moov. */
export function sampleEntryOf(track: OutTrack, bitrate: number): Uint8Array {
  const codec = codecNamed(track.codec);
  const entry = codec.sampleEntry({ ...track, bitrate });
  return track.protection
    ? protectEntry(entry, codec.kind, track.protection)
    : entry;
}

/** What the moov has at its end. */
export function movieProtection({ protection }: OutTrack): Uint8Array[] {
  return protection ? [systemBox(protection)] : [];
}

/**
 * What a traf has at its end.
 *
 * @param offset from the moof's first byte to there
 */
export function fragmentProtection(
  { protection }: OutTrack,
  span: SampleSpan,
  offset: number,
): Uint8Array[] {
  return protection ? fragmentBoxes(protection, span, offset) : [];
}

/** The size of that. */
export function fragmentProtectionSize(
  { protection }: OutTrack,
  span: SampleSpan,
): number {
  return protection ? fragmentBoxesSize(protection, span) : 0;
}
