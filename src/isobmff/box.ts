import { ascii, concat, hexToBytes, u24, u32, u8 } from "./bytes.js";

/** Bytes in front of a box's payload: 32-bit size and type. ISO/IEC 14496-12 4.2 */
const BOX_HEADER_SIZE = 8;

/** A box: size, four-character type, payload. ISO/IEC 14496-12 4.2 */
export function box(type: string, ...payload: Uint8Array[]): Uint8Array {
  const size = payload.reduce(
    (sum, part) => sum + part.length,
    BOX_HEADER_SIZE,
  );
  return concat([u32(size), ascii(type), ...payload]);
}

/** A box that begins with a version and 24 flags. ISO/IEC 14496-12 4.2 */
export function fullBox(
  type: string,
  version: number,
  flags: number,
  ...payload: Uint8Array[]
): Uint8Array {
  return box(type, u8(version), u24(flags), ...payload);
}

/** A full box whose type is a UUID, as PIFF and MS-SSTR define theirs. ISO/IEC 14496-12 11.1 */
export function uuidFullBox(
  uuid: string,
  version: number,
  flags: number,
  ...payload: Uint8Array[]
): Uint8Array {
  const userType = hexToBytes(uuid.replaceAll("-", ""));
  return box("uuid", userType, u8(version), u24(flags), ...payload);
}
