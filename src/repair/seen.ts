import type { DoubledFragment } from "../isobmff/doubled-fragments.js";
import type { SystemData } from "../isobmff/media-index.js";
import type { ParsedBox } from "../isobmff/parsed-box.js";
import type { ManifestFile } from "../smooth/manifest-file.js";
import type { ClientManifest } from "../smooth/client-manifest.js";
import type { ServerManifest, ServerTrack } from "../smooth/server-manifest.js";

/** A package as far as it can be read. What cannot be read is a fact, and no error. */
export interface SeenPackage {
  /** Base name of the .ism. */
  readonly name: string;
  /** Undefined when it is lost, or cannot be read. */
  readonly server?: ServerManifest & ManifestFile;
  /** Why the .ism cannot be read, in words without its name. */
  readonly serverFault?: string;
  /** The tracks of the .ism, or of the files when there is none. */
  readonly tracks: readonly ServerTrack[];
  /** As the .ism names it, else the usual name. */
  readonly clientManifest: string;
  /** Undefined when it is lost, or cannot be read. */
  readonly client?: ClientManifest;
  readonly clientFault?: string;
  readonly files: readonly SeenFile[];
  /** Was each fragment read, or only the first of each track? */
  readonly isWhole: boolean;
}

/** What a name in the .ism leads to. */
export type SeenKind = "fragments" | "plain" | "folder" | "lost" | "unreadable";

export interface SeenFile {
  readonly name: string;
  readonly kind: SeenKind;
  /** Why it cannot be read: a sentence without its stop. */
  readonly why?: string;
  /** Its mfra: `none` also when it has no table. A folder needs none. */
  readonly index: "good" | "none" | "wrong";
  /** What is wrong with its mfra. */
  readonly indexFault?: string;
  /** Where the box begins that the end of the file cuts off. */
  readonly cutOffAt?: number;
  /** Tracks in its moov. */
  readonly trackCount: number;
  /** Who protects its tracks, by its moov. */
  readonly systems?: readonly SystemData[];
  /** Those that the .ism names. */
  readonly tracks: readonly SeenTrack[];
}

export interface SeenTrack {
  readonly track: ServerTrack;
  /** By its moov; undefined when that does not describe the track. */
  readonly timescale: number | undefined;
  readonly sampleEntry: ParsedBox | undefined;
  /** By its mdhd, three letters. */
  readonly language?: string | undefined;
  /** Its encryption scheme; undefined when it is clear. */
  readonly encryption: string | undefined;
  /** By its mfra, or the heads when that has no table of it; in ticks of the track, in the order of the file. */
  readonly times: BigInt64Array;
  /** Bytes of each fragment, its head included; undefined when they are not known without reading all. */
  readonly sizes: Float64Array | undefined;
  /** The first one, or with `isWhole` all but those that are there twice. */
  readonly heads: readonly SeenHead[];
  /** Fragments that are there twice. Only each fragment shows them. */
  readonly doubled: readonly DoubledFragment[];
  /** Two fragments of one time that differ: a sentence without the file's name and its stop. */
  readonly doubledFault?: string;
}

/** The moof of a fragment. */
export interface SeenHead {
  readonly offset: number;
  /** When its first sample is presented, by its tfxd, else by its tfdt. */
  readonly told: bigint | undefined;
  readonly hasTfxd: boolean;
  /** Its tfxd has 32 bits. */
  readonly isShort: boolean;
  /** By its truns: of all its samples, in ticks of the track. */
  readonly duration: number;
  /** The composition offset of its first sample, and the least of all. */
  readonly firstOffset: number;
  readonly leastOffset: number;
  /** Of its truns: signed offsets need version 1. */
  readonly trunVersion: number;
  /** It has a row for each encrypted sample, but no saiz and saio, which clients of Common Encryption read. */
  readonly lacksSaiz: boolean;
}
