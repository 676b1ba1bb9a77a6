import { isDolby } from "../codecs/index.js";
import type { TrackFile } from "../media/presentation.js";

/** What a client manifest tells decoders of E-AC-3 and AC-3. */
export const CODEC_DATA = ["full", "none"] as const;

export type CodecData = (typeof CODEC_DATA)[number];

/** The tracks as the client manifest is to tell them. */
export function withCodecData(
  tracks: readonly TrackFile[],
  { ec3CodecData }: { readonly ec3CodecData: CodecData },
): TrackFile[] {
  return tracks.map((track) =>
    ec3CodecData === "none" && isDolby(track.codec)
      ? { ...track, hasCodecData: false }
      : track,
  );
}
