import { ascii, isBoxType, latin1, typeText, viewOf } from "./bytes.js";
import { UNNEEDED_CONTAINERS } from "./known-boxes.js";

/** A box by its header, with the boxes inside it. */
export interface BoxNode extends Header {
  /** Where the box's own fields end: the start of its children, or the end of the box. */
  readonly fieldsEnd: number;
  readonly children: readonly BoxNode[];
  /** The fault inside a box that no reader needs: such a box has no children. */
  readonly damage?: string;
}

/** A protected sample entry lies nine deep (moov to schi); twice that depth must be an error. */
const DEEPEST = 18;

/** A film with a hundred tracks has some 3,000 boxes; each costs far more memory than its 8 bytes. */
const MOST_BOXES = 20_000;

/**
 * The boxes of `bytes`, one after another, each with all boxes inside it. Readers of a box
 * therefore stay within it, and no byte is visited twice.
 *
 * @param origin where `bytes` begin in the file, for messages
 * @throws Error in one line at the first impossible box: too large for its place, smaller than its header, nested
 * too deep, or one of too many
 */
export function* walkBoxes(bytes: Uint8Array, origin = 0): Generator<BoxNode> {
  const walk: Walk = { bytes, view: viewOf(bytes), origin, left: MOST_BOXES };
  for (let at = 0; at < bytes.length;) {
    const node = readNode(walk, at, { end: bytes.length, type: "", depth: 0 });
    yield node;
    at += node.size;
  }
}

interface Walk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly origin: number;
  /** How many more boxes are accepted. */
  left: number;
}

/** The container of a box: another box, or the file. */
interface Parent {
  readonly end: number;
  readonly type: string;
  readonly depth: number;
}

function readNode(walk: Walk, start: number, parent: Parent): BoxNode {
  const header = readHeader(walk, start, parent);
  const { type, uuid, size, headerSize } = header;
  const end = start + size;
  const fields = fieldBytes(walk.view, header, parent.type);
  // No spread: it makes objects four times as large, and a film has a million boxes.
  const node = (fieldsEnd: number, children: BoxNode[]) => ({
    type,
    uuid,
    start,
    size,
    headerSize,
    fieldsEnd,
    children,
  });
  if (fields === undefined) return node(end, []);
  const fieldsEnd = start + headerSize + fields;
  if (fieldsEnd > end) {
    throw new BoxError(
      `${type} at ${walk.origin + start} has ${size} bytes, too few for its fields`,
    );
  }
  const inside = { end, type, depth: parent.depth + 1 };
  try {
    const children = readChildren(walk, fieldsEnd, inside);
    return node(fieldsEnd, children);
  } catch (error) {
    if (!UNNEEDED_CONTAINERS.has(type) || !(error instanceof BoxError))
      throw error;
    return { ...node(end, []), damage: error.message };
  }
}

function readChildren(walk: Walk, begin: number, parent: Parent): BoxNode[] {
  const children: BoxNode[] = [];
  for (let at = begin; at < parent.end && !isPadding(walk, at, parent.end);) {
    const child = readNode(walk, at, parent);
    children.push(child);
    at += child.size;
  }
  return children;
}

/** QuickTime ends a list of boxes with four zero bytes, or with an empty box without a name. */
function isPadding({ bytes }: Walk, at: number, end: number): boolean {
  if (end - at > 8) return false;
  const rest = bytes.subarray(at, end);
  return rest.every(
    (byte, i) => byte === (rest.length === 8 && i === 3 ? 8 : 0),
  );
}

/** ISO/IEC 14496-12 4.2 */
function readHeader(walk: Walk, start: number, parent: Parent): Header {
  const { bytes, view } = walk;
  if (--walk.left < 0) throw new Error(`more than ${MOST_BOXES} boxes`);
  if (parent.depth > DEEPEST)
    throw new Error(
      `more than ${DEEPEST} boxes in one another at ${walk.origin + start}`,
    );
  const room = parent.end - start;
  if (room < 8)
    throw new BoxError(`${room} bytes at ${walk.origin + start} are not a box`);
  const type = latin1(bytes, start + 4, 4);
  const size = sizeAt(view, start, room, parent.depth === 0);
  const isLong = view.getUint32(start) === 1;
  const headerSize = 8 + (isLong ? 8 : 0) + (type === "uuid" ? 16 : 0);
  if (size < headerSize || size > room || !isBoxType(type)) {
    const place = parent.type === "" ? "" : ` in ${parent.type}`;
    throw new BoxError(
      `no box at ${walk.origin + start}${place} (type ${typeText(type)}, size ${size} of ${room} bytes)`,
    );
  }
  const uuid =
    type === "uuid" ? hexText(bytes, start + headerSize - 16) : undefined;
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

/** 16 bytes as 32 digits. */
function hexText(bytes: Uint8Array, at: number): string {
  return Buffer.from(bytes.subarray(at, at + 16)).toString("hex");
}

/** The header of a box. ISO/IEC 14496-12 4.2 */
interface Header {
  readonly type: string;
  /** Of a `uuid` box: 32 hex digits. */
  readonly uuid: string | undefined;
  readonly start: number;
  readonly size: number;
  readonly headerSize: number;
}

/**
 * Boxes that hold boxes, and how many bytes of fields come before those. ISO/IEC 14496-12 table
 * 1; wave, tapt and gmhd are QuickTime's.
 */
// prettier-ignore
const CONTAINERS: ReadonlyMap<string, number> = new Map([
  ["moov", 0], ["trak", 0], ["tref", 0], ["edts", 0], ["mdia", 0], ["minf", 0], ["dinf", 0],
  ["stbl", 0], ["mvex", 0], ["udta", 0], ["moof", 0], ["traf", 0], ["mfra", 0], ["sinf", 0],
  ["schi", 0], ["wave", 0], ["tapt", 0], ["gmhd", 0], ["stsd", 8], ["dref", 8],
]);

/** The fields of sample entries. ISO/IEC 14496-12 12.1.3 and 12.2.3 */
const VISUAL_ENTRY_SIZE = 78;
const AUDIO_ENTRY_SIZE = 28;
// prettier-ignore
const VISUAL_ENTRIES = new Set([
  "avc1", "avc3", "hvc1", "hev1", "dvh1", "dvhe", "av01", "vp08", "vp09", "mp4v", "encv",
]);
const AUDIO_ENTRIES = new Set(["mp4a", "ac-3", "ec-3", "Opus", "enca"]);

/** How many bytes of fields ISO gives a sample entry; undefined when the table has only its name. */
export function entryFields(type: string): number | undefined {
  if (VISUAL_ENTRIES.has(type)) return VISUAL_ENTRY_SIZE;
  return AUDIO_ENTRIES.has(type) ? AUDIO_ENTRY_SIZE : undefined;
}

/** The extra bytes of QuickTime's sound entries after ISO's fields. */
const MORE_FIELDS: Readonly<Record<number, number>> = { 1: 16, 2: 36 };

/** A meta box of QuickTime has no version and flags: its first child begins there. */
const QUICKTIME_META = new Set(
  ["hdlr", "mhdr", "keys", "ilst"].map((type) =>
    viewOf(ascii(type)).getUint32(0),
  ),
);

/** How many bytes of fields come before the children; undefined when the box has none. */
function fieldBytes(
  view: DataView,
  { type, start, size, headerSize }: Header,
  parent: string,
): number | undefined {
  if (parent === "stsd") {
    const fields = entryFields(type);
    if (fields === undefined || !AUDIO_ENTRIES.has(type)) return fields;
    const hasVersion = size >= headerSize + 10;
    const version = hasVersion ? view.getUint16(start + headerSize + 8) : 0;
    return fields + (MORE_FIELDS[version] ?? 0);
  }
  if (parent === "tref") return undefined;
  if (type !== "meta") return CONTAINERS.get(type);
  const first =
    size < headerSize + 8 ? 0 : view.getUint32(start + headerSize + 4);
  return QUICKTIME_META.has(first) ? 0 : 4;
}

/** A fault of one box, in our words; the reader of the file adds the file's name. */
export class BoxError extends Error {}

/**
 * The fault of a box whose fields could not be read. The reader's own message is about
 * JavaScript and offsets in memory, which no user knows.
 */
export function boxErrorText(cause: unknown, size: number): string {
  return cause instanceof BoxError
    ? cause.message
    : `its ${size} bytes do not hold the fields that it should have`;
}
