import type { MediaIndex } from "../isobmff/media-index.js";
import type { Snapshot } from "../util/file-identity.js";
import type { ServedFile } from "./open-files.js";

/** A package as the origin knows it: all that a request needs, and no media. */
export interface LoadedPackage {
  /** Below the served folder, without `.ism`; `/` between parts. */
  readonly path: string;
  readonly manifest: ServedFile;
  /** In 10 MHz ticks. */
  readonly duration: number;
  /** Does the client manifest tell of a protection? */
  readonly isProtected: boolean;
  readonly streams: readonly ServedStream[];
  /** All levels by what addresses name: see {@link levelKey}. */
  readonly levels: ReadonlyMap<string, readonly ServedLevel[]>;
  /** Every media file once. */
  readonly media: readonly ServedFile[];
  /** What was read, to notice changes. */
  readonly snapshot: Snapshot;
}

export type StreamType = "video" | "audio" | "text";

export interface ServedStream {
  readonly type: StreamType;
  readonly name: string;
  readonly language: string;
  /** Ticks per second of times in addresses. */
  readonly timescale: number;
  /** As the client manifest announces them, in ticks of the stream. */
  readonly times: BigInt64Array;
  readonly durations: Float64Array;
  /** As the client manifest has them. */
  readonly levels: readonly ServedLevel[];
}

export interface ServedLevel {
  readonly stream: ServedStream;
  readonly bitrate: number;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Custom attributes that may stand behind the bitrate. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly file: ServedFile;
  readonly trackId: number;
  readonly fragments: FragmentPlaces;
}

/** Fragments of a track, by ascending time. */
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

/** Case does not count in addresses, as with IIS. */
export function levelKey(stream: string, bitrate: number): string {
  return `${stream.toLowerCase()}/${bitrate}`;
}

/**
 * The number of the fragment that begins at a time; -1 when none does.
 *
 * @param time in ticks of the stream
 */
export function fragmentAt(places: FragmentPlaces, time: bigint): number {
  const { time: times, isRescaled } = places;
  const slack = isRescaled ? 1n : 0n;
  const i = lastNotAfter(times, time + slack);
  const found = times[i];
  return found !== undefined && found >= time - slack ? i : -1;
}

/** The last row whose value is not above another; -1 when all are. Values ascend. */
export function lastNotAfter<T extends number | bigint>(
  values: ArrayLike<T>,
  value: T,
): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = values[middle];
    if (found !== undefined && found <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A media file with its index. */
export interface IndexedFile {
  readonly file: ServedFile;
  readonly index: MediaIndex;
}

/** Why a package cannot be served; the message is one sentence for people. */
export class PackageProblem extends Error {
  override readonly name = "PackageProblem";
}
