import { walkBoxes, type BoxNode } from "./box-tree.js";
import { concat, u32, viewOf } from "./bytes.js";

/** What becomes of boxes; what is not said stays as it is, to the byte. */
export interface BoxEdit {
  /** What stands in the place of a box: other bytes, none, or (undefined) the box, with its children edited. */
  readonly replace?: (node: BoxNode) => Uint8Array | undefined;
  /** Boxes that a box has more, behind its children. */
  readonly append?: (node: BoxNode) => readonly Uint8Array[];
}

/** In the place of a box that is left out. */
export const NOTHING = new Uint8Array();

/**
 * Boxes that stand one after another, with changes deep in them: the sizes of all
 * boxes around a change follow.
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

/** ISO/IEC 14496-12 4.2: the size stands in front, or behind the type where it has 64 bits. */
function resized(box: Uint8Array, before: number): Uint8Array {
  if (box.length === before) return box;
  const isLong = viewOf(box).getUint32(0) === 1;
  if (isLong) viewOf(box).setBigUint64(8, BigInt(box.length));
  else box.set(u32(box.length), 0);
  return box;
}
