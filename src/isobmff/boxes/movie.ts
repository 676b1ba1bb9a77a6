import { box, fullBox } from "../box.js";
import { ascii, concat, u16, u32, u64, zeros } from "../bytes.js";
import type { Ticks } from "../../media/time.js";

/** File Type Box: the specifications that the file follows. ISO/IEC 14496-12 4.3 */
export function ftyp(
  major: string,
  minorVersion: number,
  compatible: readonly string[],
): Uint8Array {
  return box("ftyp", ascii(major), u32(minorVersion), ...compatible.map(ascii));
}

/** Movie Box: everything but media. ISO/IEC 14496-12 8.2.1 */
export function moov(...children: Uint8Array[]): Uint8Array {
  return box("moov", ...children);
}

/** Movie Header Box, version 1. Both dates are 0, so equal input gives equal bytes. ISO/IEC 14496-12 8.2.2 */
export function mvhd(
  timescale: number,
  duration: Ticks,
  nextTrackId: number,
): Uint8Array {
  return fullBox(
    "mvhd",
    1,
    0,
    u64(0, 0),
    u32(timescale),
    u64(duration),
    u32(0x00010000), // rate 1.0
    u16(0x0100, 0), // volume 1.0, reserved
    zeros(8),
    UNITY_MATRIX,
    zeros(24), // pre_defined
    u32(nextTrackId),
  );
}

/** Movie Extends Box: fragments follow. ISO/IEC 14496-12 8.8.1 */
export function mvex(...children: Uint8Array[]): Uint8Array {
  return box("mvex", ...children);
}

/** Movie Extends Header Box, version 1: the duration including all fragments. ISO/IEC 14496-12 8.8.2 */
export function mehd(duration: Ticks): Uint8Array {
  return fullBox("mehd", 1, 0, u64(duration));
}

/** Track Extends Box without defaults: every fragment has its own values. ISO/IEC 14496-12 8.8.3 */
export function trex(trackId: number): Uint8Array {
  return fullBox("trex", 0, 0, u32(trackId, 1, 0, 0, 0));
}

/** The 3x3 matrix that changes nothing. ISO/IEC 14496-12 8.2.2.2 */
export const UNITY_MATRIX = concat([
  u32(0x00010000, 0, 0),
  u32(0, 0x00010000, 0),
  u32(0, 0, 0x40000000),
]);
