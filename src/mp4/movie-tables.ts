import { fullBox, box } from "../isobmff/box.js";
import { concat, u32, viewOf } from "../isobmff/bytes.js";
import type { Fragments } from "../media/fragments.js";
import { at } from "../media/track.js";
import type { TrackTimes } from "./track-times.js";

/** What the tables of a track are made of. */
export interface TrackTables extends TrackTimes {
  readonly sampleEntry: Uint8Array;
  readonly sizes: Uint32Array | Uint16Array;
  /** 1 for each sample that needs no other one. */
  readonly sync: Uint8Array;
  /** Each is one chunk. */
  readonly fragments: Fragments;
  /** Place of each chunk in the file. */
  readonly chunkOffsets: Float64Array;
}

/** Sample Table Box of a whole file. ISO/IEC 14496-12 8.5.1 */
export function sampleTables(tables: TrackTables): Uint8Array {
  return box(
    "stbl",
    fullBox("stsd", 0, 0, u32(1), tables.sampleEntry),
    rows("stts", runs(tables.durations)),
    ...offsetsTable(tables),
    ...syncTable(tables),
    rows("stsc", chunkRuns(tables.fragments)),
    fullBox(
      "stsz",
      0,
      0,
      u32(0, tables.sizes.length),
      numbers(tables.sizes, 4),
    ),
    fullBox(
      "co64",
      0,
      0,
      u32(tables.chunkOffsets.length),
      numbers(tables.chunkOffsets, 8),
    ),
  );
}

/** When samples are shown, where that is not when they are decoded. ISO/IEC 14496-12 8.6.1.3 */
function offsetsTable({ shownAfter }: TrackTables): Uint8Array[] {
  const isPlain = shownAfter.every((offset) => offset === 0);
  return isPlain ? [] : [rows("ctts", runs(shownAfter))];
}

/** Left out where all are. ISO/IEC 14496-12 8.6.2 */
function syncTable({ sync }: TrackTables): Uint8Array[] {
  const list: number[] = [];
  for (const [i, isSync] of sync.entries()) if (isSync === 1) list.push(i + 1);
  if (list.length === sync.length) return [];
  return [fullBox("stss", 0, 0, u32(list.length), numbers(list, 4))];
}

/** Neighbours that are equal, as count and value. */
function runs(values: Uint32Array): number[][] {
  const all: number[][] = [];
  let [value, count] = [-1, 0];
  for (const one of values) {
    if (one !== value && count > 0) {
      all.push([count, value]);
      count = 0;
    }
    value = one;
    count++;
  }
  return count > 0 ? [...all, [count, value]] : all;
}

/** First chunk, samples in each chunk from it on, sample description. ISO/IEC 14496-12 8.7.4 */
function chunkRuns({ count, firstSample }: Fragments): number[][] {
  const all: number[][] = [];
  let before = -1;
  for (let i = 0; i < count; i++) {
    const samples = at(firstSample, i + 1) - at(firstSample, i);
    if (samples !== before) all.push([i + 1, samples, 1]);
    before = samples;
  }
  return all;
}

function rows(type: string, table: readonly number[][]): Uint8Array {
  return fullBox(type, 0, 0, u32(table.length), numbers(table.flat(), 4));
}

function numbers(values: ArrayLike<number>, width: 4 | 8): Uint8Array {
  const bytes = new Uint8Array(values.length * width);
  const view = viewOf(bytes);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (width === 4) view.setUint32(4 * i, value);
    else view.setBigUint64(8 * i, BigInt(value));
  }
  return bytes;
}

/** The edit list that has media from this time on shown from 0 on. ISO/IEC 14496-12 8.6.6 */
export function edits(duration: number, mediaTime: number): Uint8Array[] {
  if (mediaTime === 0) return [];
  const row = new Uint8Array(16);
  const view = viewOf(row);
  view.setBigUint64(0, BigInt(duration));
  view.setBigInt64(8, BigInt(mediaTime));
  const list = fullBox("elst", 1, 0, u32(1), concat([row, u32(0x00010000)]));
  return [box("edts", list)];
}
