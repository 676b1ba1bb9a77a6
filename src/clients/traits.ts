import type { FragmentLayout } from "../isobmff/fragment-layout.js";
import type { StreamKind } from "../media/track.js";

/** What clients are known to stumble over, as small, plain data: manifests, indexes, and one moof of a track. */
export interface PackageTraits {
  /** Undefined without a client manifest: its origin makes one. */
  readonly manifest: ManifestTraits | undefined;
  /** As the client manifest announces them; empty without one. */
  readonly streams: readonly StreamTraits[];
  /** Of each track that was found. */
  readonly tracks: readonly TrackTraits[];
}

export interface ManifestTraits {
  readonly minorVersion: number;
  /** Undefined when the root has no TimeScale. */
  readonly timescale: number | undefined;
  readonly isLive: boolean;
  /** In 10 MHz ticks. */
  readonly duration: number;
  readonly protectionHeaders: number;
}

export interface StreamTraits {
  readonly kind: StreamKind;
  /** Undefined when the StreamIndex has no Name. */
  readonly name: string | undefined;
  readonly subtype: string | undefined;
  readonly language: string | undefined;
  readonly url: string;
  /** Undefined when the StreamIndex has no TimeScale. */
  readonly timescale: number | undefined;
  /** It belongs to another stream, as advertisement marks do. MS-SSTR 2.2.2.3 */
  readonly isSparse: boolean;
  /** Its content stands in the manifest itself, as markers of Expression Encoder do. */
  readonly isEmbedded: boolean;
  readonly times: StreamTimes;
  readonly levels: readonly LevelTraits[];
}

/** The `c` elements of a stream; times in 10 MHz ticks. */
export interface StreamTimes {
  readonly count: number;
  readonly begin: bigint;
  readonly end: bigint;
  /** Fragments before which something is missing. */
  readonly gaps: number;
  /** `c` elements without a duration. */
  readonly withoutDuration: number;
  readonly hasLastDuration: boolean;
  readonly hasRepeats: boolean;
}

export interface LevelTraits {
  /** NaN when it is missing, as all numbers. */
  readonly bitrate: number;
  readonly fourCC: string | undefined;
  readonly codecData: string | undefined;
  readonly nalLengthSize: number;
  readonly hasCustomAttributes: boolean;
  /** Names of all attributes. */
  readonly attributes: readonly string[];
}

export interface TrackTraits {
  readonly kind: StreamKind;
  readonly file: string;
  readonly sampleEntry: string;
  /** Such as `piff` or `cenc`; undefined when it is clear. */
  readonly encryption: string | undefined;
  /** Of its first fragment; undefined when that was not read. */
  readonly layout: FragmentLayout | undefined;
}
