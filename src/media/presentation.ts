import type { FragmentTimes } from "./fragments.js";
import type { Ticks } from "./time.js";
import type { MediaFormat, StreamKind, TextSubtype } from "./track.js";

/** One title, as in its manifests: a new package, or one read from a folder. */
export interface Presentation<S extends Stream<PackagedTrack> = Stream> {
  /** Base name of the .ism and .ismc. */
  readonly name: string;
  /** End of the longest track, in 10 MHz ticks. */
  readonly duration: Ticks;
  /** In a new package: video first, then audio, then text. */
  readonly streams: readonly S[];
  /** Set when all pictures and sounds are protected in the same way. Text never is. */
  readonly protection?: Protected | undefined;
  /** Names of files beside the media: chapters and thumbnails. Default: none. */
  readonly sidecars?: readonly string[] | undefined;
}

/** The system that protects all tracks, and its header. */
export type Protected = Pick<FileProtection, "systemId" | "data">;

/** Tracks between which a client may switch: they share fragment times. */
export interface Stream<T extends PackagedTrack = TrackFile> {
  readonly kind: StreamKind;
  /** Unique in the manifest; part of every fragment's address. */
  readonly name: string;
  readonly language: string;
  /** In a new package: highest bitrate first, and unique, because bitrates are part of the address too. */
  readonly tracks: readonly T[];
}

/** A track in its file: the facts of both new and existing tracks. */
export interface PackagedTrack {
  /** File name in the package's folder; of another maker also in a folder below it, with `/` between parts. */
  readonly file: string;
  readonly trackId: number;
  /** Bits per second, as in addresses. */
  readonly bitrate: number;
  /** Key in the table of codecs; undefined for an unknown codec. */
  readonly codec: string | undefined;
  readonly config: Uint8Array | undefined;
  readonly format: MediaFormat | undefined;
}

/** A stream of an existing package, with the times in its client manifest, or of its first track when there is none. */
export interface ReadStream extends Stream<ReadTrack> {
  /** Ticks per second of times in addresses. */
  readonly timescale: number;
  /** In ticks of the stream. */
  readonly times: BigInt64Array;
  readonly durations: Float64Array;
  /** Of text: is it for people who do not hear? Undefined when the client manifest does not say it. */
  readonly subtype?: TextSubtype | undefined;
}

/** A track of an existing package: the data of its manifests, its moov and its index, without media. */
export interface ReadTrack extends PackagedTrack {
  /** Four characters of the clear track, even when it is encrypted; empty when its file has none. */
  readonly sampleEntry: string;
  /** Its encryption scheme, such as `cenc`; undefined when it is clear. */
  readonly encryption: string | undefined;
  /** As in the client manifest. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Custom attributes that may follow the bitrate in addresses. */
  readonly attributes: ReadonlyMap<string, string>;
  /** None in a plain MP4. */
  readonly fragments: FragmentPlaces;
  /** Its file is a plain MP4, which Azure's origin cut at the times of the stream. */
  readonly isPlain: boolean;
}

/** Fragments of an existing track, by ascending time. */
export interface FragmentPlaces {
  /** In ticks of the stream; a fragment that begins before 0 has the address that the client manifest gives, else 0. */
  readonly time: BigInt64Array;
  /** Position of the moof in its file. */
  readonly offset: Float64Array;
  /** Where the next part of the file begins: the fragment ends there or earlier. */
  readonly end: Float64Array;
  /**
   * The file of each fragment, below the folder of the package, when the track's "file" is a folder
   * of them. Default: all fragments are in the track's file.
   */
  readonly files?: readonly string[] | undefined;
  /** The ticks of the file differ from those of addresses, so times may differ by a tick. */
  readonly isRescaled: boolean;
}

/** A new .ismv, .isma or .ismt and its index: the manifests need no other data, so no media is read again. */
export interface TrackFile extends PackagedTrack {
  readonly codec: string;
  readonly config: Uint8Array;
  readonly format: MediaFormat;
  readonly language: string;
  /** The stream of the manifests that contains this quality; default: by kind and language. */
  readonly stream?: string | undefined;
  /** Measured average in bits per second, unless the caller asked for another value. */
  readonly bitrate: number;
  readonly duration: Ticks;
  readonly fragments: FragmentTimes;
  /** Where they lie in the file. */
  readonly places: Pick<FragmentPlaces, "offset" | "end">;
  /** The client manifest leaves CodecPrivateData empty. */
  readonly hasCodecData?: false;
  readonly bytes: number;
  /** The protection of its samples; undefined: they are clear. */
  readonly protection?: FileProtection | undefined;
}

/** The facts of a protected file for manifests and people. */
export interface FileProtection {
  /** UUID of the licence system. */
  readonly systemId: string;
  /** The system's header, for clients. */
  readonly data: Uint8Array;
  /** How many bytes of its samples are encrypted, and how many there are in all. */
  readonly encryptedBytes: number;
  readonly sampleBytes: number;
}
