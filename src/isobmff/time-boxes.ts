import { viewOf } from "./bytes.js";
import { numberField, type ParsedBox } from "./parsed-box.js";

/** When the first sample of a fragment is presented. MS-SSTR 2.2.4.4 */
export function tfxdTime(tfxd: ParsedBox): bigint {
  return timeIn(tfxd, 2);
}

/** When the first sample of a fragment is decoded. ISO/IEC 14496-12 8.8.12 */
export function tfdtTime(tfdt: ParsedBox): bigint {
  return timeIn(tfdt, 1);
}

/** Size, type, version and flags. ISO/IEC 14496-12 4.2 */
const FULL_BOX = 12;

/**
 * The first of the numbers at the end of a box, read from its bytes; version 1 has 64 bits.
 * mp4box gives doubles, which cannot hold the times of live encoders. The number is signed:
 * ffmpeg counts the lead-in of AAC below 0.
 *
 * @throws Error in one line when the box is too small
 */
function timeIn(box: ParsedBox, numbers: number): bigint {
  const { bytes, start, size } = box;
  const view = viewOf(bytes.subarray(start, start + size));
  const isLong = numberField(box, "version") === 1;
  const at = view.byteLength - numbers * (isLong ? 8 : 4);
  if (at < FULL_BOX)
    throw new Error(`${box.type} at ${box.start} has no room for its time`);
  return isLong ? view.getBigInt64(at) : BigInt(view.getUint32(at));
}
