import { fieldBytes, type Header } from "./box-fields.js";
import { latin1, viewOf } from "./bytes.js";

/** A box by its header alone, and the boxes inside it. */
export interface BoxNode extends Header {
  /** Where the box's own fields end: where its children begin, or the box's end. */
  readonly fieldsEnd: number;
  readonly children: readonly BoxNode[];
}

/** A protected sample entry lies nine deep (moov to schi); twice that is a lie. */
const DEEPEST = 18;

/** A film with a hundred tracks has some 3,000 boxes; each costs far more memory than its 8 bytes. */
const MOST_BOXES = 20_000;

/**
 * The boxes of `bytes`, one after another, each with all that is inside it.
 * What other code then reads of a box lies within the box, and nothing is
 * visited twice.
 *
 * @throws Error in one line at the first box that cannot be: too large for its
 * place, smaller than its header, nested too deep, one of too many
 */
export function* walkBoxes(bytes: Uint8Array): Generator<BoxNode> {
  const walk: Walk = { bytes, view: viewOf(bytes), left: MOST_BOXES };
  for (let at = 0; at < bytes.length;) {
    const node = readNode(walk, at, bytes.length, []);
    yield node;
    at += node.size;
  }
}

interface Walk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** How many more boxes are believed. */
  left: number;
}

function readNode(
  walk: Walk,
  start: number,
  end: number,
  parents: readonly string[],
): BoxNode {
  const header = readHeader(walk, start, end, parents);
  const boxEnd = start + header.size;
  const fields = fieldBytes(walk.view, header, parents.at(-1));
  const fieldsEnd =
    fields === undefined ? boxEnd : start + header.headerSize + fields;
  if (fieldsEnd > boxEnd) {
    throw new Error(
      `${header.type} at ${start} has ${header.size} bytes, too few for its fields`,
    );
  }
  const path = [...parents, header.type];
  const children = readChildren(walk, fieldsEnd, boxEnd, path);
  return { ...header, fieldsEnd, children };
}

function readChildren(
  walk: Walk,
  begin: number,
  end: number,
  path: readonly string[],
): BoxNode[] {
  const children: BoxNode[] = [];
  for (let at = begin; at < end && !isPadding(walk, at, end);) {
    const child = readNode(walk, at, end, path);
    children.push(child);
    at += child.size;
  }
  return children;
}

/** QuickTime ends a list of boxes with four zero bytes. */
function isPadding({ bytes }: Walk, at: number, end: number): boolean {
  return end - at < 8 && bytes.subarray(at, end).every((byte) => byte === 0);
}

/** ISO/IEC 14496-12 4.2 */
function readHeader(
  walk: Walk,
  start: number,
  end: number,
  parents: readonly string[],
): Header {
  const { bytes, view } = walk;
  const room = end - start;
  const place = `at ${start}${parents.length > 0 ? ` in ${parents.join("/")}` : ""}`;
  if (room < 8) throw new Error(`${room} bytes ${place} are no box`);
  if (--walk.left < 0) throw new Error(`more than ${MOST_BOXES} boxes`);
  if (parents.length > DEEPEST)
    throw new Error(`more than ${DEEPEST} boxes in one another at ${start}`);
  const type = latin1(bytes, start + 4, 4);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type))
    throw new Error(`no box ${place} (type ${JSON.stringify(type)})`);
  const size = sizeAt(view, start, room, parents.length === 0);
  const isLong = view.getUint32(start) === 1;
  const headerSize = 8 + (isLong ? 8 : 0) + (type === "uuid" ? 16 : 0);
  if (size < headerSize || size > room) {
    throw new Error(
      `${type} ${place} claims ${size} bytes, expected ${headerSize} to ${room}`,
    );
  }
  const uuid =
    type === "uuid"
      ? hexText(bytes, start + headerSize - 16, start + headerSize)
      : undefined;
  return { type, uuid, start, size, headerSize };
}

/** Only the last box of a file may leave its size open. */
function sizeAt(
  view: DataView,
  start: number,
  room: number,
  isOutermost: boolean,
): number {
  const size = view.getUint32(start);
  if (size === 0 && isOutermost) return room;
  if (size !== 1) return size;
  return room < 16 ? 0 : Number(view.getBigUint64(start + 8));
}

function hexText(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.subarray(from, to)).toString("hex");
}
