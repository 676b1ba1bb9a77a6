import type { ParsedBox } from "../isobmff/parsed-box.js";
import type { MediaFormat, StreamKind } from "../media/track.js";

/** The differences between codecs: each codec answers these questions. */
export interface Codec {
  /** Its name in rungs and tracks. */
  readonly name: string;
  readonly kind: StreamKind;
  /** ISO sample entries of this codec. */
  readonly sampleEntryTypes: readonly string[];
  /** Name for people. */
  readonly label: string;
  /** ffmpeg's encoder for it; undefined for tracks that mss-pack makes or copies itself. */
  readonly encoder: string | undefined;
  /** Left out: every client plays it. */
  readonly isForAll?: false;
  /** The only clients that read it, in words: it is packaged on request alone. Left out: most clients do. */
  readonly onlyIn?: string;
  /** Why it is not encrypted, in words. Left out: it can be. */
  readonly whyClear?: string;
  /** Flags of a fragment's samples. ISO/IEC 14496-12 8.8.3.1 */
  readonly sampleFlags: SampleFlags;
  /** The flags in genuine Microsoft files, and the bytes of their sdtp for each sample. */
  readonly microsoftFlags: SampleFlags;
  /**
   * Decoder configuration from a parsed sample entry. Throws a PackError `input` or
   * `unsupported` when it is missing or not usable.
   */
  readConfig(entry: ParsedBox, where: string): Uint8Array;
  /** Size, or channels and rate, as the decoder will see them. */
  readFormat(entry: ParsedBox, config: Uint8Array): MediaFormat;
  /** The sample entry for a new file. */
  sampleEntry(track: CodedTrack): Uint8Array;
  /**
   * Why a decoder cannot start at a sample, judged by its first bytes (some thousands, or the
   * whole sample); undefined when it can.
   */
  firstSampleError(start: Uint8Array): string | undefined;
  /** The name of pictures at which decoding can begin. */
  readonly keyPicture?: string;
  /** Whether the first bytes of a sample are enough for that decision. */
  isEnough(start: Uint8Array): boolean;
  /**
   * How the decoder configuration in a sync sample, judged by its first bytes, differs from the
   * track's; undefined when it does not.
   */
  configChange(start: Uint8Array, config: Uint8Array): string | undefined;
  /** The rotation or mirroring of a picture, judged by the first bytes of its sample; undefined when there is none. */
  turnOf(start: Uint8Array): string | undefined;
  /**
   * Whether a NAL unit is a slice, judged by its first byte. Protection encrypts all of a slice
   * but its header. Without this function samples are encrypted whole.
   */
  readonly isSlice?: (header: number) => boolean;
  /** The picture's properties by the configuration; undefined for sound. */
  codedPicture(config: Uint8Array): CodedPicture | undefined;
  /**
   * What is wrong with a whole sample; undefined when nothing is. Only codecs have it whose
   * decoders pass over damage without a word.
   */
  readonly sampleError?: (
    sample: Uint8Array,
    config: Uint8Array,
  ) => string | undefined;
  /** A coded frame of silence, to fill a gap; undefined when there is none. */
  silence(config: Uint8Array): Silence | undefined;
  /** Attributes of the client manifest's QualityLevel that depend on the codec. MS-SSTR 2.2.2.5 */
  qualityLevel(track: CodedTrack): Readonly<Record<string, string | number>>;
}

export interface CodedPicture {
  /** Size of the visible picture. */
  readonly width: number;
  readonly height: number;
  /** Width of a pixel divided by its height; undefined when the stream does not give it. */
  readonly pixelAspect?: number | undefined;
  /** By its name in presets. */
  readonly profile: "baseline" | "main" | "high";
  /** Such as `4.1`. */
  readonly level: string;
  /** How it differs from our rungs (8-bit 4:2:0 frames of square pixels in BT.709), in words. */
  readonly reason?: string;
}

export interface SampleFlags {
  readonly default: number;
  /** For the first sample, if it has other flags. */
  readonly first?: number;
  /** For later sync samples; undefined: they have the flags of other samples. */
  readonly inner?: number;
  /** A byte of sdtp for the first sample and for each later one. ISO/IEC 14496-12 8.6.4 */
  readonly sdtp?: { readonly first: number; readonly default: number };
}

/** A frame of silence. */
export interface Silence {
  readonly bytes: Uint8Array;
  /** Its duration, at the track's sampling rate. */
  readonly samples: number;
}

/** The facts of a track that a codec needs to describe it. */
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

/** The flags of every coded picture: a fragment begins with one that stands alone. */
export const VIDEO_FLAGS = {
  sampleFlags: {
    default: FLAGS.dependent,
    first: FLAGS.independent,
    inner: FLAGS.independent,
  },
  microsoftFlags: {
    default: 0x00004001,
    first: 0x00004002,
    sdtp: { first: 0x24, default: 0x14 },
  },
} as const satisfies Pick<Codec, "sampleFlags" | "microsoftFlags">;
