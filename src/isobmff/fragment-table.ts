import { viewOf } from "./bytes.js";
import { walkBoxes } from "./box-tree.js";

/** Where a track's fragments begin, as a tfra says: columns of typed arrays. */
export interface FragmentTable {
  readonly trackId: number;
  /** In ticks of the track: live encoders count from 1601 or 1970, which no double holds. */
  readonly time: BigInt64Array;
  /** Position of the moof in the file. */
  readonly offset: Float64Array;
}

/**
 * The tables of an mfra box. Entries that point into the same moof are one: some
 * makers list every sync sample. ISO/IEC 14496-12 8.8.9 and 8.8.10
 *
 * @param bytes the whole mfra
 * @throws Error in one line when it is damaged
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

/** Bytes of the fields in front of the entries. */
const HEAD = 16;

function readTfra(view: DataView): FragmentTable {
  if (view.byteLength < HEAD) throw new Error("tfra without its count");
  const isLong = view.getUint8(0) === 1;
  const trackId = view.getUint32(4);
  const lengths = view.getUint32(8);
  const count = view.getUint32(12);
  const numbers =
    3 + (lengths & 3) + ((lengths >> 2) & 3) + ((lengths >> 4) & 3);
  const width = (isLong ? 16 : 8) + numbers;
  if (HEAD + count * width > view.byteLength)
    throw new Error(`tfra claims ${count} entries and has no room for them`);
  const time = new BigInt64Array(count);
  const offset = new Float64Array(count);
  let kept = 0;
  for (let i = 0, at = HEAD; i < count; i++, at += width) {
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
