import type {
  Protected,
  ReadStream,
  ReadTrack,
} from "../media/presentation.js";
import type { StreamKind } from "../media/track.js";
import type { Snapshot } from "../util/file-identity.js";
import type { ServedFile } from "./open-files.js";

/** A package in the origin's memory: all that a request needs, and no media. */
export interface LoadedPackage {
  /** Path below the served folder, without `.ism`; `/` between parts. */
  readonly path: string;
  /** The client manifest; undefined when it was made, because the package has none. */
  readonly manifest: ServedFile | undefined;
  readonly madeManifest: Buffer | undefined;
  /** The server manifest. */
  readonly server: ServedFile;
  /** In 10 MHz ticks. */
  readonly duration: number;
  /** The protection header of the client manifest. */
  readonly protection: Protected | undefined;
  readonly streams: readonly ServedStream[];
  /** Its client manifest says that more comes. */
  readonly isLive: boolean;
  /** What is wrong with the index of a file, as the end of a sentence; its fragments were read instead. */
  readonly indexFaults: ReadonlyMap<string, string>;
  /** All levels by the names in addresses: see {@link levelKey}. */
  readonly levels: ReadonlyMap<string, readonly ServedLevel[]>;
  /** Every media file once. */
  readonly media: readonly ServedFile[];
  /** Its chapters and thumbnails. */
  readonly sidecars: readonly ServedFile[];
  /** The files that were read, to notice changes. */
  readonly snapshot: Snapshot;
}

/** Where the files of a package may lie. */
export interface PackageFolder {
  /** Real path of the folder that was searched. */
  readonly root: string;
  /** The folder of the .ism. */
  readonly folder: string;
}

export interface ServedStream extends Omit<ReadStream, "kind" | "tracks"> {
  readonly type: StreamKind;
  /** As in the server manifest. */
  readonly levels: readonly ServedLevel[];
}

export interface ServedLevel extends Omit<ReadTrack, "file"> {
  readonly stream: ServedStream;
  /** Of a folder of fragments: its header. */
  readonly file: ServedFile;
  readonly place: PackageFolder;
}

/** Addresses ignore case, as IIS does. */
export function levelKey(stream: string, bitrate: number): string {
  return `${stream.toLowerCase()}/${bitrate}`;
}

/** The reason why a package cannot be served. The message is one sentence for people. */
export class PackageProblem extends Error {
  override readonly name = "PackageProblem";
}

/** A package, or the reason why it cannot be served. */
export type PackageOrProblem = LoadedPackage | PackageProblem;
