import type { Ticks } from "../../media/time.js";
import { at } from "../../media/track.js";
import { box, fullBox, uuidFullBox } from "../box.js";
import { putU64, u32, u64, viewOf } from "../bytes.js";

/** Movie Fragment Box. ISO/IEC 14496-12 8.8.4 */
export function moof(...children: Uint8Array[]): Uint8Array {
  return box("moof", ...children);
}

/** Movie Fragment Header Box; the number must grow within a track. ISO/IEC 14496-12 8.8.5 */
export function mfhd(sequenceNumber: number): Uint8Array {
  return fullBox("mfhd", 0, 0, u32(sequenceNumber));
}

/** Track Fragment Box; Smooth allows one in a moof. ISO/IEC 14496-12 8.8.6, MS-SSTR 2.2.4.3 */
export function traf(...children: Uint8Array[]): Uint8Array {
  return box("traf", ...children);
}

/**
 * Track Fragment Header Box with default flags only. It has no base-data-offset: clients get a
 * fragment alone, and a file position in it would be wrong. ISO/IEC 14496-12 8.8.7
 *
 * @param isBaseMoof says that places count from the moof, as they do anyway; CMAF demands the flag
 */
export function tfhd(
  trackId: number,
  defaultSampleFlags: number,
  isBaseMoof = false,
): Uint8Array {
  const flags = isBaseMoof ? 0x020020 : 0x000020;
  return fullBox("tfhd", 0, flags, u32(trackId, defaultSampleFlags));
}

/** Track Fragment Base Media Decode Time Box, version 1. ISO/IEC 14496-12 8.8.12 */
export function tfdt(baseMediaDecodeTime: Ticks): Uint8Array {
  return fullBox("tfdt", 1, 0, u64(baseMediaDecodeTime));
}

export interface TrunFields {
  /** 1 has signed composition offsets; 0 has unsigned ones, by the letter. Default 1. */
  readonly version?: 0 | 1;
  /** From the first byte of the moof to the first byte of the samples. */
  readonly dataOffset: number;
  readonly firstSampleFlags?: number | undefined;
  /** Flags of each sample; not together with flags of the first. */
  readonly flags?: ArrayLike<number> | undefined;
  /** One entry for every sample, in ticks and bytes. */
  readonly durations: ArrayLike<number>;
  readonly sizes: ArrayLike<number>;
  /** Signed, in ticks. */
  readonly compositionOffsets?: ArrayLike<number> | undefined;
}

/** Track Fragment Run Box. ISO/IEC 14496-12 8.8.8 */
export function trun(fields: TrunFields): Uint8Array {
  const { dataOffset, firstSampleFlags, compositionOffsets } = fields;
  const trFlags =
    TRUN.dataOffset |
    (firstSampleFlags === undefined ? 0 : TRUN.firstSampleFlags) |
    TRUN.duration |
    TRUN.size |
    (fields.flags === undefined ? 0 : TRUN.flags) |
    (compositionOffsets === undefined ? 0 : TRUN.compositionOffset);
  const head =
    firstSampleFlags === undefined
      ? [dataOffset]
      : [dataOffset, firstSampleFlags];
  return fullBox(
    "trun",
    fields.version ?? 1,
    trFlags,
    u32(fields.sizes.length, ...head),
    sampleRows(fields),
  );
}

/** Independent and Disposable Samples Box: a byte for each sample. ISO/IEC 14496-12 8.6.4 */
export function sdtp(samples: Uint8Array): Uint8Array {
  return fullBox("sdtp", 0, 0, samples);
}

/** Media Data Box header; the samples follow. ISO/IEC 14496-12 8.1.1 */
export function mdatHeader(payloadSize: number): Uint8Array {
  return u32(payloadSize + 8, MDAT);
}

/** "mdat" */
const MDAT = 0x6d646174;

const TRUN = {
  dataOffset: 0x000001,
  firstSampleFlags: 0x000004,
  duration: 0x000100,
  size: 0x000200,
  flags: 0x000400,
  compositionOffset: 0x000800,
} as const;

/** duration, size and, where present, flags and composition offset of each sample. */
function sampleRows(fields: TrunFields): Uint8Array {
  const { durations, sizes, flags, compositionOffsets } = fields;
  const columns = [durations, sizes, flags, compositionOffsets].filter(
    (column) => column !== undefined,
  );
  const bytes = new Uint8Array(sizes.length * 4 * columns.length);
  const view = viewOf(bytes);
  // A number has the same bytes, signed or not.
  for (let i = 0, place = 0; i < sizes.length; i++)
    for (const column of columns) {
      view.setInt32(place, at(column, i));
      place += 4;
    }
  return bytes;
}

/** TfxdBox: MS-SSTR 2.2.4.4 */
export const TFXD_UUID = "6d1d9b05-42d5-44e6-80e2-141daff757b2";

/**
 * Absolute time and duration of a fragment, version 1 with 64 bits: 32 bits of 100 ns are full
 * after 429.5 s. `time` is the presentation time of the first sample and equals the manifest's
 * `t` and the `tfra` entry. MS-SSTR 2.2.4.4
 */
export function tfxd(time: Ticks, duration: Ticks): Uint8Array {
  return uuidFullBox(TFXD_UUID, 1, 0, u64(time, duration));
}

export interface TfraEntry {
  readonly time: Ticks;
  /** Position of the moof in the file. */
  readonly moofOffset: number;
}

/** A list, or what gives its entries one by one. */
export type TfraEntries = Iterable<TfraEntry> & { readonly length: number };

/** Movie Fragment Random Access Box with its closing mfro, for the end of the file. ISO/IEC 14496-12 8.8.9 */
export function mfra(...tables: Uint8Array[]): Uint8Array {
  const size = tables.reduce((sum, { length }) => sum + length, 8 + MFRO_SIZE);
  return box("mfra", ...tables, mfro(size));
}

/** Track Fragment Random Access Box, version 1 (64 bit): where each fragment of a track begins. ISO/IEC 14496-12 8.8.10 */
export function tfra(trackId: number, entries: TfraEntries): Uint8Array {
  // All three length codes are 0: traf, trun and sample number take one byte each.
  const rows = new Uint8Array(TFRA_ROW * entries.length);
  let place = 0;
  for (const { time, moofOffset } of entries) {
    putU64(rows, place, time);
    putU64(rows, place + 8, moofOffset);
    rows.fill(1, place + 16, place + TFRA_ROW);
    place += TFRA_ROW;
  }
  return fullBox("tfra", 1, 0, u32(trackId, 0, entries.length), rows);
}

/** Two numbers of 64 bits and three of a byte. */
const TFRA_ROW = 19;

/** Movie Fragment Random Access Offset Box: the size of the mfra around it. ISO/IEC 14496-12 8.8.11 */
export function mfro(mfraSize: number): Uint8Array {
  return fullBox("mfro", 0, 0, u32(mfraSize));
}

const MFRO_SIZE = 16;
