import type { BoxNode } from "../../isobmff/box-tree.js";
import { editBoxes, NOTHING } from "../../isobmff/box.js";
import { concat, u32, viewOf } from "../../isobmff/bytes.js";
import { childBoxes, type ParsedBox } from "../../isobmff/parsed-box.js";
import type { FragmentBoxes } from "./fragment-boxes.js";

/** A change of a moof. */
export interface MoofChange {
  /** Position of its first byte in the new file. */
  readonly newStart: number;
  /** Boxes to leave out, at any depth. */
  readonly isGone?: (node: Pick<BoxNode, "type" | "uuid">) => boolean;
  /** Size of the boxes to add at the end of the traf. */
  readonly addedSize?: number;
  /** Makes them. @param offset of their first byte from the moof's */
  readonly added?: (offset: number) => readonly Uint8Array[];
}

/**
 * The moof with other boxes, at another place. The places of its samples follow: a
 * base-data-offset becomes the moof's own first byte, and data offsets count from there, as they
 * do without one.
 */
export function changedMoof(
  bytes: Uint8Array,
  fragment: FragmentBoxes,
  { newStart, isGone = () => false, addedSize = 0, added }: MoofChange,
): Uint8Array {
  const { moof, traf, tfhd, base } = fragment;
  const isFirst = firstTrunOf(fragment);
  const gone = goneIn(moof, isGone);
  const widened = needsOffset(bytes, fragment) ? OFFSET_SIZE : 0;
  const growth = addedSize + widened - gone;
  const by = (base ?? 0) + growth;
  return editBoxes(bytes.subarray(0, moof.size), {
    replace: (node) => {
      if (isGone(node)) return NOTHING;
      if (node.type === "trun")
        return movedTrun(bytes, node, by, isFirst(node));
      return base !== undefined && node.start === tfhd.start
        ? rebasedTfhd(bytes, node, newStart)
        : undefined;
    },
    append: (node) =>
      node.type === "traf"
        ? (added?.(endOfChildren(traf) + widened) ?? [])
        : [],
  });
}

function goneIn(
  moof: ParsedBox,
  isGone: Required<MoofChange>["isGone"],
): number {
  return moof.children.reduce(
    (sum, box) => sum + (isGone(box) ? box.size : goneIn(box, isGone)),
    0,
  );
}

/** Only boxes that stay are in front of added ones: nothing both leaves out and adds. */
function endOfChildren({ children, start }: ParsedBox): number {
  const last = children.at(-1);
  return last === undefined ? start + 8 : last.start + last.size;
}

/** tr_flags, and the data offset behind header, flags and count. ISO/IEC 14496-12 8.8.8 */
const HAS_OFFSET = 0x000001;
const OFFSET_AT = 16;
const OFFSET_SIZE = 4;

function firstTrunOf({ traf }: FragmentBoxes): (node: BoxNode) => boolean {
  const [first] = childBoxes(traf, "trun");
  return ({ start }) => start === first?.start;
}

/** A first trun without an offset begins at the base-data-offset, which moves. */
function needsOffset(
  bytes: Uint8Array,
  { traf, base }: FragmentBoxes,
): boolean {
  const [first] = childBoxes(traf, "trun");
  return base !== undefined && first !== undefined && !hasOffset(bytes, first);
}

function hasOffset(
  bytes: Uint8Array,
  { start }: Pick<BoxNode, "start">,
): boolean {
  return (viewOf(bytes).getUint32(start + 8) & HAS_OFFSET) !== 0;
}

/** A trun whose samples lie that many bytes further from the first byte of the moof. */
function movedTrun(
  bytes: Uint8Array,
  node: BoxNode,
  by: number,
  isFirst: boolean,
): Uint8Array | undefined {
  const { start, size } = node;
  const trun = Uint8Array.from(bytes.subarray(start, start + size));
  const view = viewOf(trun);
  if (hasOffset(bytes, node)) {
    view.setInt32(OFFSET_AT, view.getInt32(OFFSET_AT) + by);
    return trun;
  }
  if (!isFirst) return undefined; // its samples follow those of the trun before
  view.setUint32(0, size + OFFSET_SIZE);
  view.setUint32(8, view.getUint32(8) | HAS_OFFSET);
  const [head, rows] = [trun.subarray(0, OFFSET_AT), trun.subarray(OFFSET_AT)];
  return concat([head, u32(by >>> 0), rows]);
}

/** After header, flags and track ID. ISO/IEC 14496-12 8.8.7 */
const BASE_AT = 16;

function rebasedTfhd(
  bytes: Uint8Array,
  { start, size }: BoxNode,
  newStart: number,
): Uint8Array {
  const tfhd = Uint8Array.from(bytes.subarray(start, start + size));
  viewOf(tfhd).setBigUint64(BASE_AT, BigInt(newStart));
  return tfhd;
}
