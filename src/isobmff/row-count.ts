import { BoxFault } from "./box-fault.js";
import { viewOf } from "./bytes.js";

/**
 * Two tables can count samples without a byte for each: a lie there would fill
 * the memory, where other tables run into their end. Both are judged before
 * mp4box sees them.
 */

const DATA_OFFSET = 0x000001;
const FIRST_SAMPLE_FLAGS = 0x000004;
const PER_SAMPLE = 0x000f00;

/**
 * A trun whose samples have no fields of their own must end with its head:
 * mp4box would turn once for every sample when there are bytes left.
 * ISO/IEC 14496-12 8.8.8
 *
 * @param trun the whole box
 * @throws Error in one line
 */
export function requireRowsWithBytes(
  trun: Uint8Array,
  headerSize: number,
): void {
  const flags = viewOf(trun).getUint32(headerSize) & 0xffffff;
  if ((flags & PER_SAMPLE) !== 0) return;
  const optional = [DATA_OFFSET, FIRST_SAMPLE_FLAGS];
  const words = optional.filter((flag) => (flags & flag) !== 0).length;
  const left = trun.length - headerSize - 8 - 4 * words;
  if (left !== 0) throw new BoxFault(`${left} bytes behind its fields`);
}

/**
 * Takes the number of samples out of an stsz that has one size for all, so
 * that mp4box does not write out a row for each. ISO/IEC 14496-12 8.7.3.2
 *
 * @param stsz the whole box; its count becomes 0
 * @returns the count; undefined when each sample has a size of its own
 */
export function takeConstantCount(
  stsz: Uint8Array,
  headerSize: number,
): number | undefined {
  const view = viewOf(stsz);
  if (view.getUint32(headerSize + 4) === 0) return undefined;
  const count = view.getUint32(headerSize + 8);
  view.setUint32(headerSize + 8, 0);
  return count;
}
