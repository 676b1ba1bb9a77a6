import type { Ticks } from "./time.js";
import type { TrackKind, MediaFormat } from "./track.js";

/** All track files of one title, grouped as the manifests show them. */
export interface Presentation {
  /** Base name of the .ism and .ismc. */
  readonly name: string;
  /** End of the longest track, in 10 MHz ticks. */
  readonly duration: Ticks;
  /** Video first, then audio. */
  readonly streams: readonly Stream[];
  /** When all tracks are protected, and alike. */
  readonly protection?: Protected | undefined;
}

/** By which system all tracks are protected, and its header. */
export type Protected = Pick<FileProtection, "systemId" | "data">;

/** Tracks between which a client may switch: they share fragment times. */
export interface Stream {
  readonly kind: TrackKind;
  /** Unique in the manifest; part of every fragment's address. */
  readonly name: string;
  readonly language: string;
  /** Highest bitrate first; bitrates are unique, as they are part of the address too. */
  readonly tracks: readonly TrackFile[];
}

/** When a fragment plays and where it lies in its file. */
export interface FragmentSpan {
  readonly time: Ticks;
  readonly duration: Ticks;
  readonly moofOffset: number;
}

/** A written .ismv or .isma and its index: all that the manifests need, so that no media is read again. */
export interface TrackFile {
  /** File name in the package's folder. */
  readonly file: string;
  readonly trackId: number;
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
  readonly hiddenBytes: number;
  readonly sampleBytes: number;
}
