import type { Client } from "../clients/clients.js";

/** What lies there: a package by its .ism, or what is left of one. */
export type PackageKind =
  /** An .ism, with or without its .ismc. */
  | "ism"
  /** An .ismc that no .ism names. */
  | "ismc"
  /** An .ismv, .isma or .ismt that no .ism names. */
  | "media"
  /** Folders of fragments that no .ism names. */
  | "fragments";

/** What a scan says of one package: plain data, the same in JSON and in the library. */
export interface ScanRow {
  /** Path below the scanned folder, with `/` between parts. */
  readonly package: string;
  readonly kind: PackageKind;
  /** Why it cannot be read as a package, in a sentence; then only what manifests tell is known. */
  readonly problem: string | null;
  readonly maker: Maker;
  /** By what the maker is known; null when it is not. */
  readonly makerMark: string | null;
  /** In 10 MHz ticks. */
  readonly duration: number;
  /** Of all its files. */
  readonly bytes: number;
  readonly files: number;
  /** Rungs, as the manifests order them. */
  readonly video: readonly ScannedVideo[];
  readonly audio: readonly ScannedAudio[];
  readonly captions: readonly ScannedText[];
  readonly protection: ScannedProtection | null;
  /** What breaks clients, each rule of `verify` once. */
  readonly faults: readonly ScannedFinding[];
  /** Legal layouts that are worth a word, each rule once. */
  readonly notes: readonly ScannedFinding[];
  /** What `repair` would mend; null when it is not known, as of media without manifests. */
  readonly mends: readonly ScannedMend[] | null;
  /** Why `repair` cannot remake it; empty when it can. */
  readonly obstacles: readonly ScannedObstacle[];
  /**
   * What clients are known to fail on; one that is not named plays it, as far as is known. Null
   * when no client gets a fragment of it as it is.
   */
  readonly clients: readonly ScannedFailure[] | null;
  /** Every moof was read, too. */
  readonly isDeep: boolean;
}

/** Makers that leave marks: `makers.ts`. */
export type Maker =
  | "Azure Media Services"
  | "Bento4"
  | "Expression Encoder"
  | "ffmpeg"
  | "IIS Live"
  | "mss-pack"
  | "Unified Streaming"
  | "unknown";

export interface ScannedVideo {
  /** Our name, such as `h264`; the four characters of an unknown codec; empty when nothing tells. */
  readonly codec: string;
  /** Bits a second, by the manifests; null when they do not say. */
  readonly bitrate: number | null;
  readonly width: number | null;
  readonly height: number | null;
}

export interface ScannedAudio {
  readonly codec: string;
  readonly bitrate: number | null;
  /** Three letters of ISO 639-2, `und` when it is not known. */
  readonly language: string;
}

export type ScannedText = Omit<ScannedAudio, "bitrate">;

export interface ScannedProtection {
  /** Such as `PlayReady`; the UUID of a system that we do not know; null when only the samples tell. */
  readonly system: string | null;
  /** The key ID as a UUID; null when it cannot be read. */
  readonly keyId: string | null;
}

/** A rule of `verify`, and the first finding of it. */
export interface ScannedFinding {
  readonly rule: string;
  readonly message: string;
}

/** A mend of `repair`, by its stable word. */
export interface ScannedMend {
  readonly id: string;
  /** What is wrong, and what is done about it: clauses. */
  readonly wrong: string;
  readonly mend: string;
}

/** What `repair` cannot mend, and what helps. */
export interface ScannedObstacle {
  readonly id: string;
  readonly why: string;
  readonly hint: string;
}

/** A client that fails, and on what: a row of docs/players.md. */
export interface ScannedFailure {
  readonly client: Client;
  readonly rule: string;
  /** What happens in it, and of what: half a sentence. */
  readonly message: string;
}

/** Something that could not be scanned, or is not scanned twice; the scan goes on. */
export interface ScanRemark {
  /** Path below the scanned folder; `.` is the folder itself. */
  readonly path: string;
  readonly message: string;
}

export interface ScanOptions {
  /** Read every moof, as `verify` without decoding does; default: manifests, indexes, and first and last fragments. */
  readonly deep?: boolean | undefined;
  /**
   * A file that keeps what was scanned: with it, a package whose files have the same sizes and
   * times is not read again. It is made when it is missing.
   */
  readonly resume?: string | undefined;
  /** Called for what could not be scanned. */
  readonly onRemark?: ((remark: ScanRemark) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
