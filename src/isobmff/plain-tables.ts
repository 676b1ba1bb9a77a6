import { at, type SampleTable } from "../media/track.js";
import { box, fullBox } from "./box.js";
import { putU32, putU64, u32 } from "./bytes.js";

/** Samples of a track that lie together. */
export interface Chunk {
  readonly first: number;
  readonly count: number;
}

/**
 * Sample Table Box of a plain file. ISO/IEC 14496-12 8.5.1
 *
 * @param sampleEntry the whole box
 * @param positions of the chunks
 */
export function plainTable(
  sampleEntry: Uint8Array,
  samples: SampleTable,
  chunks: readonly Chunk[],
  positions: readonly number[],
): Uint8Array {
  return box(
    "stbl",
    fullBox("stsd", 0, 0, u32(1), sampleEntry),
    stts(samples),
    ...ctts(samples),
    ...stss(samples),
    stsc(chunks),
    fullBox("stsz", 0, 0, u32(0, samples.count), words(samples.size)),
    fullBox("co64", 0, 0, u32(chunks.length), longs(positions)),
  );
}

/** Decoding Time to Sample Box. ISO/IEC 14496-12 8.6.1.2 */
function stts(samples: SampleTable): Uint8Array {
  const duration = (i: number) =>
    at(samples.decodeTime, i + 1) - at(samples.decodeTime, i);
  return runs("stts", 0, samples.count, duration);
}

/** Composition Time to Sample Box, with signed offsets. ISO/IEC 14496-12 8.6.1.3 */
function ctts({ count, compositionOffset }: SampleTable): Uint8Array[] {
  if (compositionOffset.every((offset) => offset === 0)) return [];
  return [runs("ctts", 1, count, (i) => at(compositionOffset, i))];
}

/** Sync Sample Box; without one, all are. ISO/IEC 14496-12 8.6.2 */
function stss({ count, sync }: SampleTable): Uint8Array[] {
  const numbers: number[] = [];
  for (let i = 0; i < count; i++) if (sync[i] === 1) numbers.push(i + 1);
  if (numbers.length === count) return [];
  return [fullBox("stss", 0, 0, u32(numbers.length), words(numbers))];
}

/** Sample To Chunk Box. ISO/IEC 14496-12 8.7.4 */
function stsc(chunks: readonly Chunk[]): Uint8Array {
  const rows = chunks.flatMap(({ count }, i) =>
    count === chunks[i - 1]?.count ? [] : [i + 1, count, 1],
  );
  return fullBox("stsc", 0, 0, u32(rows.length / 3), words(rows));
}

/** A table of values with how often each comes in a row. */
function runs(
  type: string,
  version: number,
  count: number,
  value: (i: number) => number,
): Uint8Array {
  const rows: number[] = [];
  for (let i = 0; i < count; i++) {
    const [last, one] = [rows.length - 2, value(i)];
    if (last >= 0 && rows[last + 1] === one) rows[last] = (rows[last] ?? 0) + 1;
    else rows.push(1, one);
  }
  return fullBox(type, version, 0, u32(rows.length / 2), words(rows));
}

/** A film has too many numbers to be the arguments of a call. */
function words(numbers: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 * numbers.length);
  for (let i = 0; i < numbers.length; i++) putU32(bytes, 4 * i, at(numbers, i));
  return bytes;
}

function longs(numbers: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(8 * numbers.length);
  for (let i = 0; i < numbers.length; i++) putU64(bytes, 8 * i, at(numbers, i));
  return bytes;
}
