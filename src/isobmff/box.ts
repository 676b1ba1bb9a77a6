import { walkBoxes, type BoxNode } from "./box-tree.js";
import { concat, hexToBytes, putU32, u32, viewOf } from "./bytes.js";

/** Bytes in front of a box's payload: 32-bit size and type. ISO/IEC 14496-12 4.2 */
const BOX_HEADER_SIZE = 8;

/** A box: size, four-character type, payload. ISO/IEC 14496-12 4.2 */
export function box(type: string, ...payload: Uint8Array[]): Uint8Array {
  let size = BOX_HEADER_SIZE;
  for (const part of payload) size += part.length;
  const bytes = new Uint8Array(size);
  putU32(bytes, 0, size);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  let at = BOX_HEADER_SIZE;
  for (const part of payload) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A box that begins with a version and 24 flags. ISO/IEC 14496-12 4.2 */
export function fullBox(
  type: string,
  version: number,
  flags: number,
  ...payload: Uint8Array[]
): Uint8Array {
  return box(type, u32(version * 2 ** 24 + flags), ...payload);
}

/** A full box whose type is a UUID, as PIFF and MS-SSTR define theirs. ISO/IEC 14496-12 11.1 */
export function uuidFullBox(
  uuid: string,
  version: number,
  flags: number,
  ...payload: Uint8Array[]
): Uint8Array {
  const userType = hexToBytes(uuid.replaceAll("-", ""));
  const head = u32(version * 2 ** 24 + flags);
  return box("uuid", userType, head, ...payload);
}

/** Changes to boxes; all other bytes stay. */
interface BoxEdit {
  /** Replaces a box by other bytes or by none; undefined keeps the box and edits its children. */
  readonly replace?: (node: BoxNode) => Uint8Array | undefined;
  /** Boxes to add to a box, after its children. */
  readonly append?: (node: BoxNode) => readonly Uint8Array[];
}

/** Replaces a box that is left out. */
export const NOTHING = new Uint8Array();

/**
 * Edits consecutive boxes at any depth, and updates the sizes of all boxes around a change.
 *
 * @throws Error in one line at the first box that is damaged
 */
export function editBoxes(bytes: Uint8Array, edit: BoxEdit): Uint8Array {
  return concat(
    [...walkBoxes(bytes)].map((node) => editNode(bytes, node, edit)),
  );
}

function editNode(bytes: Uint8Array, node: BoxNode, edit: BoxEdit): Uint8Array {
  const replaced = edit.replace?.(node);
  if (replaced !== undefined) return replaced;
  const { start, size, fieldsEnd, children } = node;
  const last = children.at(-1);
  const childrenEnd = last ? last.start + last.size : fieldsEnd;
  const parts = [
    bytes.subarray(start, fieldsEnd),
    ...children.map((child) => editNode(bytes, child, edit)),
    ...(edit.append?.(node) ?? []),
    bytes.subarray(childrenEnd, start + size),
  ];
  return resized(concat(parts), size);
}

/** ISO/IEC 14496-12 4.2: the size comes first, or after the type when it has 64 bits. */
function resized(box: Uint8Array, before: number): Uint8Array {
  if (box.length === before) return box;
  const isLong = viewOf(box).getUint32(0) === 1;
  if (isLong) viewOf(box).setBigUint64(8, BigInt(box.length));
  else box.set(u32(box.length), 0);
  return box;
}
