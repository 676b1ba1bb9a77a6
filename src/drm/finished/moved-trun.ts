import type { BoxNode } from "../../isobmff/box-tree.js";
import { viewOf } from "../../isobmff/bytes.js";

/** Where the data offset stands in a trun: behind header, flags and count. ISO/IEC 14496-12 8.8.8 */
const DATA_OFFSET = 16;

/** A trun whose samples lie so many bytes further behind the moof's begin. */
export function movedTrun(
  bytes: Uint8Array,
  { start, size }: BoxNode,
  by: number,
): Uint8Array {
  const trun = Uint8Array.from(bytes.subarray(start, start + size));
  const view = viewOf(trun);
  view.setInt32(DATA_OFFSET, view.getInt32(DATA_OFFSET) + by);
  return trun;
}
