import type { StreamKind, TextSubtype } from "./track.js";

/** A title as the manifests of DASH and HLS describe it: every codec is known, every fragment is there. */
export interface AdaptiveTitle {
  readonly streams: readonly AdaptiveStream[];
  /** Set when pictures and sounds are encrypted as ISO/IEC 23001-7 has it. */
  readonly encryption?: CommonEncryption | undefined;
}

/** Qualities between which a client may switch: their fragments begin at the same times. */
export interface AdaptiveStream {
  readonly kind: StreamKind;
  /** Unique in the title. */
  readonly name: string;
  /** Three letters, or the tag of another maker. */
  readonly language: string;
  /** In a title that is encrypted, this stream is not. Text never is. */
  readonly isClear?: boolean | undefined;
  /** Of text: CAPT is for people who do not hear. */
  readonly subtype?: TextSubtype | undefined;
  /** Ticks per second of the times below. */
  readonly timescale: number;
  /** When each fragment begins. */
  readonly times: BigInt64Array;
  /** How long each fragment lasts: a gap may follow it. */
  readonly durations: BigInt64Array;
  /** Highest bitrate first. Captions of which only a whole file exists have none. */
  readonly representations: readonly Representation[];
  /** There are segments for the time of the title before its first fragment: see `lead-pieces.ts`. */
  readonly hasLead?: boolean | undefined;
  /** Address of all captions as one WebVTT file. */
  readonly webVtt?: string | undefined;
}

/** A quality of a stream. */
export interface Representation {
  /** Such as `avc1.64001F`. RFC 6381 */
  readonly codecs: string;
  /** Bits per second: of the most expensive stretch, and on average. */
  readonly peak: number;
  readonly average: number;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly channels?: number | undefined;
  readonly sampleRate?: number | undefined;
  readonly segments: SegmentAddresses | SegmentRanges;
}

/** Each segment has an address of its own, which has the time of its fragment in it. */
export interface SegmentAddresses {
  /** The folder of all addresses below, percent-encoded; ends with a slash. */
  readonly base: string;
  readonly init: string;
  /** What stands before and after the time. */
  readonly media: readonly [before: string, after: string];
  readonly playlist: string;
}

/** All segments are parts of one file. */
export interface SegmentRanges {
  /** Address of the file, percent-encoded. */
  readonly file: string;
  /** Size of the ftyp and moov at its begin. */
  readonly initSize: number;
  /** Place of each fragment, moof and mdat. */
  readonly offsets: Float64Array;
  readonly sizes: Float64Array;
  readonly playlist: string;
}

/** ISO/IEC 23001-7 */
export interface CommonEncryption {
  readonly scheme: string;
  /** 16 bytes; undefined when the title does not tell it. */
  readonly kid: Uint8Array | undefined;
  /** The licence system's UUID and its header, as in the client manifest of Smooth. */
  readonly systemId: string;
  readonly data: Uint8Array;
}
