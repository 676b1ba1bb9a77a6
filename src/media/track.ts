import { type Ticks, SMOOTH_TIMESCALE } from "./time.js";

/** The kinds of media that a source has and a decoder can play. */
export type TrackKind = "video" | "audio";

/** The kinds of stream in a package. */
export type StreamKind = TrackKind | "text";

/**
 * Every sample of a track as columns of typed arrays: about 25 bytes a sample, where an object
 * each would take ten times as much. Row `i` of each column belongs to sample `i`, in decoding
 * order.
 */
export interface SampleTable {
  readonly count: number;
  /** Byte position in the sample's file; 32 bits where they hold all of them. */
  readonly offset: Float64Array | Uint32Array;
  /** Size in bytes; 16 bits where they hold all of them, as those of sound. */
  readonly size: Uint32Array | Uint16Array;
  /** `count + 1` decode times in ticks of the track; the last one is the end of the track. */
  readonly decodeTime: Float64Array;
  /** Presentation time minus decode time, in ticks of the track. */
  readonly compositionOffset: Int32Array;
  /** 1 for a sync sample (for H.264: an IDR picture, for HEVC: IRAP). */
  readonly sync: Uint8Array;
}

/** The times of samples: those of several tracks may be the same. */
export type SampleTimes = Omit<SampleTable, "offset" | "size">;

/**
 * Allocates the columns of a table, in memory that all threads share: several threads write
 * fragments.
 */
export function newTable(count: number): SampleTable {
  return withPlaces(newTimes(count));
}

/** The columns of times alone. */
export function newTimes(count: number): SampleTimes {
  return {
    count,
    decodeTime: new Float64Array(shared(8 * (count + 1))),
    compositionOffset: new Int32Array(shared(4 * count)),
    sync: new Uint8Array(shared(count)),
  };
}

/** A table with columns of its own for places, and these times. */
export function withPlaces(times: SampleTimes): SampleTable {
  const { count } = times;
  return {
    ...times,
    offset: new Float64Array(shared(8 * count)),
    size: new Uint32Array(shared(4 * count)),
  };
}

function shared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}

/** A column of byte positions that are all below 4 GB: half as large. */
export function smallOffsets(count: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(4 * count));
}

/** A column of sizes that are all below 64 KB: half as large. */
export function smallSizes(count: number): Uint16Array {
  return new Uint16Array(new SharedArrayBuffer(2 * count));
}

/** Sets a composition offset, unless it is there: those of sound stay 0 and are never written. */
export function put(column: Int32Array, i: number, value: number): void {
  if (column[i] !== value) column[i] = value;
}

/** Copies all rows of a table into another, from row `row` on, and adds `later` to the times. */
export function putRows(
  into: SampleTable,
  row: number,
  rows: SampleTable,
  later: Ticks = 0,
): void {
  into.offset.set(rows.offset, row);
  into.size.set(rows.size, row);
  for (let i = 0; i < rows.count; i++)
    put(into.compositionOffset, row + i, at(rows.compositionOffset, i));
  into.sync.set(rows.sync, row);
  for (let i = 0; i <= rows.count; i++)
    into.decodeTime[row + i] = at(rows.decodeTime, i) + later;
}

/** A file that holds a run of a track's samples, beginning at sample number `firstSample`. */
export interface SampleFile {
  readonly path: string;
  readonly firstSample: number;
  /** Bytes to use instead of the file: a frame of silence. */
  readonly bytes?: Uint8Array;
}

export interface VideoFormat {
  readonly kind: "video";
  /** Coded size in pixels. */
  readonly width: number;
  readonly height: number;
  /** The display size, when its pixels are not square. */
  readonly displayWidth?: number;
  readonly displayHeight?: number;
  /** Of HEVC whose samples may have parameter sets; left out: hvc1. */
  readonly sampleEntry?: "hev1";
}

export interface AudioFormat {
  readonly kind: "audio";
  readonly channels: number;
  readonly sampleRate: number;
}

export interface TextFormat {
  readonly kind: "text";
  /** `CAPT` describes sounds too, for people who do not hear them. MS-SSTR 2.2.2.3 */
  readonly subtype: TextSubtype;
}

export type TextSubtype = "SUBT" | "CAPT";

export type MediaFormat = VideoFormat | AudioFormat | TextFormat;

/** One track: its kind, its decoder configuration, and the positions of its samples. */
export interface Track {
  /** Key in the table of codecs. */
  readonly codec: string;
  /** Decoder configuration: the avcC or hvcC payload, or the AudioSpecificConfig; text needs none. */
  readonly config: Uint8Array;
  readonly format: MediaFormat;
  /** ISO 639-2/T, three letters. */
  readonly language: string;
  /** Ticks per second of all times in `samples`. */
  readonly timescale: number;
  readonly samples: SampleTable;
  /** In order; the first begins at sample 0. */
  readonly files: readonly SampleFile[];
}

/** When the track ends, in its own ticks. */
export function trackEnd(samples: SampleTable): Ticks {
  return samples.decodeTime[samples.count] ?? 0;
}

/** How long sample `i` lasts, in ticks of the track. */
export function sampleDuration(samples: SampleTable, i: number): Ticks {
  return at(samples.decodeTime, i + 1) - at(samples.decodeTime, i);
}

/** The bytes of samples `from` up to, but not including, `to`. */
export function byteLength(
  samples: SampleTable,
  from = 0,
  to = samples.count,
): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += at(samples.size, i);
  return sum;
}

/** Row `i` of a column; a row out of range is a bug, not a zero. */
export function at(column: ArrayLike<number>, i: number): number {
  const value = column[i];
  if (value === undefined) {
    throw new RangeError(
      `sample table has no row ${i} (it has ${column.length})`,
    );
  }
  return value;
}

/** Rows `from` up to, but not including, `to`: views of the same columns, not copies. */
export function sliceTable(
  samples: SampleTable,
  from: number,
  to: number,
): SampleTable {
  return {
    count: to - from,
    offset: samples.offset.subarray(from, to),
    size: samples.size.subarray(from, to),
    decodeTime: samples.decodeTime.subarray(from, to + 1),
    compositionOffset: samples.compositionOffset.subarray(from, to),
    sync: samples.sync.subarray(from, to),
  };
}

/** Average bits per second of all samples, a whole number of at least 1. MS-SSTR 2.2.2.5 */
export function averageBitrate({ samples }: Track): number {
  const bits = byteLength(samples) * 8;
  return Math.max(
    1,
    Math.round(
      (bits * SMOOTH_TIMESCALE) / at(samples.decodeTime, samples.count),
    ),
  );
}
