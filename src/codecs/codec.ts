import type { ParsedBox } from "../isobmff/parsed-box.js";
import type { MediaFormat, StreamKind } from "../media/track.js";

/** What differs from codec to codec: each codec answers these questions for itself. */
export interface Codec {
  /** What rungs and tracks call it. */
  readonly name: string;
  readonly kind: StreamKind;
  /** ISO sample entries that hold it. */
  readonly sampleEntryTypes: readonly string[];
  /** For people. */
  readonly label: string;
  /** ffmpeg's encoder for it; undefined for what we make or copy ourselves. */
  readonly encoder: string | undefined;
  /** Flags of a fragment's samples. ISO/IEC 14496-12 8.8.3.1 */
  readonly sampleFlags: SampleFlags;
  /** The same in genuine Microsoft files, with what their sdtp says of each sample. */
  readonly microsoftFlags: SampleFlags;
  /** Decoder configuration out of a sample entry that was read. Throws a PackError `input` or `unsupported` when it is missing or not usable. */
  readConfig(entry: ParsedBox, where: string): Uint8Array;
  /** Size, or channels and rate, as the decoder will see them. */
  readFormat(entry: ParsedBox, config: Uint8Array): MediaFormat;
  /** The sample entry for a new file. */
  sampleEntry(track: CodedTrack): Uint8Array;
  /**
   * Why a decoder could not start at a sample, judged by its first bytes (some
   * thousands, or the whole sample); undefined when it can.
   */
  firstSampleError(start: Uint8Array): string | undefined;
  /** Whether the first bytes of a sample are enough to tell that. */
  isEnough(start: Uint8Array): boolean;
  /**
   * In what a sync sample, judged by its first bytes, brings another decoder
   * configuration along than the track's; undefined when it does not.
   */
  configChange(start: Uint8Array, config: Uint8Array): string | undefined;
  /** How a picture, judged by the first bytes of its sample, is to be turned or mirrored; undefined when it is not. */
  turnOf(start: Uint8Array): string | undefined;
  /**
   * Whether a NAL unit, judged by its first byte, is a slice: of those all but the
   * header is hidden in a protected sample. Left out, samples are hidden whole.
   */
  readonly isSlice?: (header: number) => boolean;
  /** What the configuration says of the picture; undefined for sound. */
  codedPicture(config: Uint8Array): CodedPicture | undefined;
  /** A coded frame of nothing to hear, to fill a gap with; undefined when there is none. */
  silence(config: Uint8Array): Silence | undefined;
  /** Attributes of the client manifest's QualityLevel that depend on the codec. MS-SSTR 2.2.2.5 */
  qualityLevel(track: CodedTrack): Readonly<Record<string, string | number>>;
}

export interface CodedPicture {
  /** Of what is shown. */
  readonly width: number;
  readonly height: number;
  /** The width of a pixel by its height, where the stream tells. */
  readonly pixelAspect?: number | undefined;
  /** As presets name it. */
  readonly profile: "baseline" | "main" | "high";
  /** Such as `4.1`. */
  readonly level: string;
  /** In what it differs from what our rungs are (8-bit 4:2:0 frames of square pixels in BT.709), in words. */
  readonly reason?: string;
}

export interface SampleFlags {
  readonly default: number;
  /** For the first sample, where it differs. */
  readonly first?: number;
  /** For sync samples behind it; left out: nothing tells them from others. */
  readonly inner?: number;
  /** A byte of sdtp for the first sample and for each other one. ISO/IEC 14496-12 8.6.4 */
  readonly sdtp?: { readonly first: number; readonly default: number };
}

/** A frame of silence. */
export interface Silence {
  readonly bytes: Uint8Array;
  /** How much sound it is, at the track's sampling rate. */
  readonly samples: number;
}

/** What a codec needs to know of a track to describe it. */
export interface CodedTrack {
  readonly config: Uint8Array;
  readonly format: MediaFormat;
  /** Measured average in bits per second. */
  readonly bitrate: number;
}

/** Sample flags as whole words. ISO/IEC 14496-12 8.8.3.1 */
export const FLAGS = {
  /** Depends on no other sample: an IDR picture, or any AAC frame. */
  independent: 0x02000000,
  /** Depends on others and is not a sync sample. */
  dependent: 0x01010000,
} as const;
