import { box, fullBox } from "../box.js";
import { concat, u32, u64, u8 } from "../bytes.js";
import type { Ticks } from "../../media/time.js";

export interface TfraEntry {
  readonly time: Ticks;
  /** Position of the moof in the file. */
  readonly moofOffset: number;
}

/** Movie Fragment Random Access Box with its closing mfro, for the end of the file. ISO/IEC 14496-12 8.8.9 */
export function mfra(...tables: Uint8Array[]): Uint8Array {
  const body = concat(tables);
  return box("mfra", body, mfro(8 + body.length + MFRO_SIZE));
}

/** Track Fragment Random Access Box, version 1 (64 bit): where each fragment of a track begins. ISO/IEC 14496-12 8.8.10 */
export function tfra(
  trackId: number,
  entries: readonly TfraEntry[],
): Uint8Array {
  // All three length codes 0: traf, trun and sample number take one byte each.
  const rows = entries.map(({ time, moofOffset }) =>
    concat([u64(time, moofOffset), u8(1, 1, 1)]),
  );
  return fullBox("tfra", 1, 0, u32(trackId, 0, entries.length), ...rows);
}

/** Movie Fragment Random Access Offset Box: the size of the mfra around it. ISO/IEC 14496-12 8.8.11 */
export function mfro(mfraSize: number): Uint8Array {
  return fullBox("mfro", 0, 0, u32(mfraSize));
}

const MFRO_SIZE = 16;
