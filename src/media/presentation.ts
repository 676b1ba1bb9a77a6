import type { Ticks } from "./time.js";
import type { MediaFormat, StreamKind } from "./track.js";

/** One title, as its manifests show it: written by us, or read from a folder. */
export interface Presentation<S extends Stream<PackagedTrack> = Stream> {
  /** Base name of the .ism and .ismc. */
  readonly name: string;
  /** End of the longest track, in 10 MHz ticks. */
  readonly duration: Ticks;
  /** Written: video first, then audio, then text. */
  readonly streams: readonly S[];
  /** When all pictures and sounds are protected, and alike. Text never is. */
  readonly protection?: Protected | undefined;
}

/** By which system all tracks are protected, and its header. */
export type Protected = Pick<FileProtection, "systemId" | "data">;

/** Tracks between which a client may switch: they share fragment times. */
export interface Stream<T extends PackagedTrack = TrackFile> {
  readonly kind: StreamKind;
  /** Unique in the manifest; part of every fragment's address. */
  readonly name: string;
  readonly language: string;
  /** Written: highest bitrate first, and unique, as bitrates are part of the address too. */
  readonly tracks: readonly T[];
}

/** A track in its file: what is known of one that was written, and of one that was read. */
export interface PackagedTrack {
  /** File name in the package's folder. */
  readonly file: string;
  readonly trackId: number;
  /** Bits per second, as addresses have them. */
  readonly bitrate: number;
  /** Key in the table of codecs; undefined for one that is not in it. */
  readonly codec: string | undefined;
  readonly config: Uint8Array | undefined;
  readonly format: MediaFormat | undefined;
}

/** A stream that was read, with the times that its client manifest announces. */
export interface ReadStream extends Stream<ReadTrack> {
  /** Ticks per second of times in addresses. */
  readonly timescale: number;
  /** In ticks of the stream. */
  readonly times: BigInt64Array;
  readonly durations: Float64Array;
}

/** A track that was read: what its manifests, its moov and its index say, and no media. */
export interface ReadTrack extends PackagedTrack {
  /** Four characters, those of the clear track where it is encrypted; empty when its file tells none. */
  readonly sampleEntry: string;
  /** How it is encrypted, such as `cenc`; undefined when it is not. */
  readonly encryption: string | undefined;
  /** As the client manifest has them. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Custom attributes that may stand behind the bitrate in addresses. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly fragments: FragmentPlaces;
}

/** Fragments of a track that was read, by ascending time. */
export interface FragmentPlaces {
  /** In ticks of the stream; what begins before 0 has the address 0. */
  readonly time: BigInt64Array;
  /** Position of the moof. */
  readonly offset: Float64Array;
  /** Where the next thing in the file begins: the fragment ends there or before. */
  readonly end: Float64Array;
  /** The file counts in other ticks than addresses do: a tick's difference is rounding. */
  readonly isRescaled: boolean;
}

/** When a fragment plays and where it lies in its file. */
export interface FragmentSpan {
  readonly time: Ticks;
  readonly duration: Ticks;
  readonly moofOffset: number;
}

/** A written .ismv, .isma or .ismt and its index: all that the manifests need, so that no media is read again. */
export interface TrackFile extends PackagedTrack {
  readonly codec: string;
  readonly config: Uint8Array;
  readonly format: MediaFormat;
  readonly language: string;
  /** The stream of the manifests that it is a quality of; default: by kind and language. */
  readonly stream?: string | undefined;
  /** Measured average in bits per second, unless another was asked for. */
  readonly bitrate: number;
  readonly duration: Ticks;
  readonly fragments: readonly FragmentSpan[];
  readonly bytes: number;
  /** How its samples are protected; left out: they are in the clear. */
  readonly protection?: FileProtection | undefined;
}

/** What manifests and people are told of a protected file. */
export interface FileProtection {
  /** UUID of the system that gives licences. */
  readonly systemId: string;
  /** Its header, for clients. */
  readonly data: Uint8Array;
  /** How many bytes of its samples nobody can read without the key, and of how many. */
  readonly encryptedBytes: number;
  readonly sampleBytes: number;
}
