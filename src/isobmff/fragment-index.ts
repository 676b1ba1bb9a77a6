import type { FileHandle } from "node:fs/promises";
import { walkBoxes } from "./box-tree.js";
import { latin1, viewOf } from "./bytes.js";
import { readAt } from "./scan.js";

/** Where a track's fragments begin, by a tfra: columns of typed arrays. */
export interface FragmentTable {
  readonly trackId: number;
  /** In ticks of the track: live encoders count from 1601 or 1970, which a double cannot hold. */
  readonly time: BigInt64Array;
  /** Position of the moof in the file. */
  readonly offset: Float64Array;
}

/** A larger mfra must be an error: a week of two-second fragments takes 6 MB. */
export const MAX_MFRA_SIZE = 16 * 1024 * 1024;

/** The index of two hours fits into it, and is then read with the mfro. */
const TAIL = 64 * 1024;

/**
 * The mfra at the end of a file, by the mfro in its last 16 bytes; empty when there is no credible
 * mfra. ISO/IEC 14496-12 8.8.11
 */
export async function readMfra(
  file: FileHandle,
  fileSize: number,
): Promise<Uint8Array> {
  const begin = Math.max(0, fileSize - TAIL);
  const tail = await readAt(file, begin, fileSize - begin);
  const size = mfraSize(tail);
  if (size <= tail.length) return tail.subarray(tail.length - size);
  if (size > Math.min(fileSize, MAX_MFRA_SIZE)) return tail.subarray(0, 0);
  return readAt(file, fileSize - size, size);
}

/** The size that an mfro at the end of these bytes gives; 0 when there is none. */
function mfraSize(tail: Uint8Array): number {
  const mfro = tail.subarray(-16);
  if (mfro.length < 16 || latin1(mfro, 4, 4) !== "mfro") return 0;
  return viewOf(mfro).getUint32(12);
}

/**
 * The tables of an mfra box. Entries that point into the same moof become one: some programs
 * list every sync sample. ISO/IEC 14496-12 8.8.9 and 8.8.10
 *
 * @param bytes the whole mfra
 * @throws Error in one line when the mfra is damaged
 */
export function readFragmentTables(bytes: Uint8Array): FragmentTable[] {
  const tables: FragmentTable[] = [];
  for (const mfra of walkBoxes(bytes)) {
    if (mfra.type !== "mfra") throw new Error(`${mfra.type} instead of mfra`);
    for (const { type, start, size, headerSize } of mfra.children) {
      if (type !== "tfra") continue;
      const fields = bytes.subarray(start + headerSize, start + size);
      tables.push(readTfra(viewOf(fields)));
    }
  }
  return tables;
}

function readTfra(view: DataView): FragmentTable {
  const { trackId, count, isLong, rowSize } = tfraLayout(view);
  const time = new BigInt64Array(count);
  const offset = new Float64Array(count);
  let kept = 0;
  for (let i = 0, at = TFRA_HEAD; i < count; i++, at += rowSize) {
    const position = isLong
      ? Number(view.getBigUint64(at + 8))
      : view.getUint32(at + 4);
    if (kept > 0 && offset[kept - 1] === position) continue;
    time[kept] = isLong ? view.getBigInt64(at) : BigInt(view.getUint32(at));
    offset[kept++] = position;
  }
  return {
    trackId,
    time: time.slice(0, kept),
    offset: offset.slice(0, kept),
  };
}

/** Bytes of a tfra's fields before its rows, version and flags included. */
export const TFRA_HEAD = 16;

/** The layout of a tfra's rows after {@link TFRA_HEAD}: a time, a moof's position, and three numbers. */
export interface TfraLayout {
  readonly trackId: number;
  readonly count: number;
  /** Do time and position have 8 bytes each, or 4? */
  readonly isLong: boolean;
  readonly rowSize: number;
}

/**
 * @param view the bytes after the header of a tfra
 * @throws Error in one line when the box is too small for its number of rows
 */
export function tfraLayout(view: DataView): TfraLayout {
  if (view.byteLength < TFRA_HEAD) throw new Error("tfra without its count");
  const isLong = view.getUint8(0) === 1;
  const lengths = view.getUint32(8);
  const count = view.getUint32(12);
  const numbers =
    3 + (lengths & 3) + ((lengths >> 2) & 3) + ((lengths >> 4) & 3);
  const rowSize = (isLong ? 16 : 8) + numbers;
  if (TFRA_HEAD + count * rowSize > view.byteLength)
    throw new Error(`tfra claims ${count} entries and has no room for them`);
  return { trackId: view.getUint32(4), count, isLong, rowSize };
}
