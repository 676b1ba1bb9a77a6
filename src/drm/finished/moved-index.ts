import type { BoxNode } from "../../isobmff/box-tree.js";
import { editBoxes } from "../../isobmff/box.js";
import { concat, u32, viewOf } from "../../isobmff/bytes.js";
import { TFRA_HEAD, tfraLayout } from "../../isobmff/fragment-index.js";

/** Where fragments begin, by where they began before. */
type Moves = ReadonlyMap<number, number>;

/**
 * The index of a file whose fragments have moved. Its rows of 32 bits become rows of 64 where a
 * fragment lies beyond 4 GB. ISO/IEC 14496-12 8.8.9 to 8.8.11
 *
 * @param bytes the whole mfra
 * @throws Error in one line when it is damaged
 */
export function movedIndex(bytes: Uint8Array, moves: Moves): Uint8Array {
  const mfra = editBoxes(bytes, {
    replace: (node) =>
      node.type === "tfra" ? movedTfra(bytes, node, moves) : undefined,
  });
  // The mfro at its end, by which readers find the mfra, repeats its size.
  if (mfra.length !== bytes.length) mfra.set(u32(mfra.length), mfra.length - 4);
  return mfra;
}

function movedTfra(
  bytes: Uint8Array,
  { start, size, headerSize }: BoxNode,
  moves: Moves,
): Uint8Array {
  const tfra = Uint8Array.from(bytes.subarray(start, start + size));
  const fields = tfra.subarray(headerSize);
  const view = viewOf(fields);
  const { count, isLong, rowSize } = tfraLayout(view);
  const positions = Array.from({ length: count }, (_, i) => {
    const place = TFRA_HEAD + i * rowSize + (isLong ? 8 : 4);
    return movedTo(
      isLong ? Number(view.getBigUint64(place)) : view.getUint32(place),
      moves,
    );
  });
  if (!isLong && positions.some((position) => position >= 2 ** 32))
    return longTfra(fields, rowSize, positions);
  for (const [i, position] of positions.entries()) {
    const place = TFRA_HEAD + i * rowSize + (isLong ? 8 : 4);
    if (isLong) view.setBigUint64(place, BigInt(position));
    else view.setUint32(place, position);
  }
  return tfra;
}

function movedTo(before: number, moves: Moves): number {
  const now = moves.get(before);
  if (now === undefined)
    throw new Error(`the index names a fragment at ${before}, where none is`);
  return now;
}

/** Version 1: times and positions of 64 bits. ISO/IEC 14496-12 8.8.10 */
function longTfra(
  fields: Uint8Array,
  rowSize: number,
  positions: readonly number[],
): Uint8Array {
  const head = Uint8Array.from(fields.subarray(0, TFRA_HEAD));
  head[0] = 1;
  const rows = positions.map((position, i) => {
    const row = fields.subarray(TFRA_HEAD + i * rowSize).subarray(0, rowSize);
    const wide = new Uint8Array(16);
    wide.set(row.subarray(0, 4), 4);
    viewOf(wide).setBigUint64(8, BigInt(position));
    return concat([wide, row.subarray(8)]);
  });
  const body = concat([head, ...rows]);
  return concat([u32(8 + body.length), TFRA, body]);
}

const TFRA = Uint8Array.from(Buffer.from("tfra", "latin1"));
