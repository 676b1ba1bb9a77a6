import { BoxParser, DataStream, type MP4BoxBuffer } from "mp4box";
import { messageOf } from "../errors.js";
import {
  BoxError,
  entryFields,
  boxErrorText,
  walkBoxes,
  type BoxNode,
} from "./box-tree.js";
import { viewOf } from "./bytes.js";
import { READ, UNNEEDED, READ_UUIDS } from "./known-boxes.js";
import type { ParsedBox } from "./parsed-box.js";

/**
 * Reads boxes with the npm package mp4box; no other file imports it. It only reads, and our own
 * code writes, so verify checks our bytes with independent code.
 *
 * box-tree.ts walks the tree of boxes and gives mp4box the bytes of one box at a time. A wrong
 * count, size or nesting then cannot lead mp4box outside the box. Alone, mp4box takes a sibling
 * of a box for its child, and reads it again at every level.
 */

/**
 * Parses whole boxes, one after another.
 *
 * @param bytes the boxes, from the first byte of the first header
 * @param onError called for the first damaged box, if there is one; a damaged box that no reader needs only gets
 * its `damage`
 * @param unread types of boxes to name without their fields
 * @param origin where `bytes` begin in the file, for messages
 * @returns the boxes before a damaged one; `start` counts from the start of `bytes`
 */
export function parseBoxes(
  bytes: Uint8Array,
  onError: (message: string) => void = () => undefined,
  unread: ReadonlySet<string> = NONE,
  origin = 0,
): ParsedBox[] {
  const boxes: ParsedBox[] = [];
  const file: FieldReading = { bytes, unread, origin };
  try {
    for (const node of walkBoxes(bytes, origin))
      boxes.push(readBox(node, file));
  } catch (error) {
    onError(messageOf(error));
  }
  return boxes;
}

const NONE: ReadonlySet<string> = new Set();

interface FieldReading {
  readonly bytes: Uint8Array;
  readonly unread: ReadonlySet<string>;
  readonly origin: number;
}

/** A box class of mp4box, which reads its own fields. */
interface FieldReader extends BoxFields {
  size: number;
  start: number;
  hdr_size: number;
  sample_count?: number;
  entries?: unknown;
  parse(stream: DataStream): void;
}

type FieldsClass = new (size: number) => FieldReader;

function readBox(node: BoxNode, file: FieldReading, parent = ""): ParsedBox {
  const { bytes, unread, origin } = file;
  const children = node.children.map((child) =>
    readBox(child, file, node.type),
  );
  const Class = unread.has(node.type) ? undefined : classOf(node, parent);
  if (Class === undefined) return new FieldBox(node, bytes, children);
  const own = bytes.subarray(node.start, endOfRead(node, parent));
  try {
    const fields = readFields(new Class(own.length), node, own);
    return new FieldBox(node, bytes, children, fields);
  } catch (cause) {
    // A count that is larger than the box runs into the end of its bytes.
    const words = boxErrorText(cause, node.size);
    if (UNNEEDED.has(node.type))
      return new FieldBox(node, bytes, children, {}, words);
    const place = `${node.type} at ${origin + node.start}`;
    throw new BoxError(`${place} is damaged (${words})`, { cause });
  }
}

/** mp4box takes QuickTime's extra fields of sound entries for children. */
function endOfRead(node: BoxNode, parent: string): number {
  const { type, start, headerSize, fieldsEnd } = node;
  const fields = parent === "stsd" ? entryFields(type) : undefined;
  return fields === undefined
    ? fieldsEnd
    : Math.min(fieldsEnd, start + headerSize + fields);
}

/** The box's own fields, without its children. */
function readFields(
  fields: FieldReader,
  node: BoxNode,
  own: Uint8Array,
): FieldReader {
  const { type, headerSize } = node;
  const copy = new Uint8Array(own); // slice would not copy a Buffer
  if (type === "trun") requireRowsWithBytes(copy, headerSize);
  const constant =
    type === "stsz" ? takeConstantCount(copy, headerSize) : undefined;
  if (LISTS.has(type)) copy.fill(0, headerSize + 4); // none of the children
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- a DataStream does not ask for what it lacks
  stream.buffer = copy.buffer as MP4BoxBuffer;
  stream.seek(headerSize);
  fields.start = 0;
  fields.hdr_size = headerSize;
  fields.parse(stream);
  if (constant !== undefined) fields.sample_count = constant;
  if (LISTS.has(type)) delete fields.entries;
  return fields;
}

const LISTS = new Set(["stsd", "dref"]);

/**
 * One shared stream: making one takes longer than reading a small box. It is not dynamic, or it
 * would grow when read beyond its end.
 */
const stream = new DataStream();
stream.dynamicSize = 0;

function classOf(node: BoxNode, parent: string): FieldsClass | undefined {
  if (node.fieldsEnd === node.start + node.headerSize) return undefined;
  if (parent === "stsd")
    return entryFields(node.type) !== undefined
      ? SAMPLE_ENTRIES[node.type]
      : undefined;
  if (node.uuid !== undefined)
    return READ_UUIDS.has(node.uuid) ? UUIDS[node.uuid] : undefined;
  return READ.has(node.type) ? BOXES[node.type] : undefined;
}

const BOXES = BoxParser.box as unknown as Record<string, FieldsClass>;
const SAMPLE_ENTRIES = BoxParser.sampleEntry as unknown as typeof BOXES;
const UUIDS = BoxParser.uuid as unknown as typeof BOXES;

/**
 * Two tables can count samples without a byte for each, so a wrong count would fill the memory.
 * Other tables run into their end. Both are checked before mp4box reads them.
 */

const DATA_OFFSET = 0x000001;
const FIRST_SAMPLE_FLAGS = 0x000004;
const PER_SAMPLE = 0x000f00;

/**
 * A trun whose samples have no fields of their own must end with its head. mp4box would loop
 * once for every sample when bytes are left. ISO/IEC 14496-12 8.8.8
 *
 * @param trun the whole box
 * @throws Error in one line
 */
function requireRowsWithBytes(trun: Uint8Array, headerSize: number): void {
  const flags = viewOf(trun).getUint32(headerSize) & 0xffffff;
  if ((flags & PER_SAMPLE) !== 0) return;
  const optional = [DATA_OFFSET, FIRST_SAMPLE_FLAGS];
  const words = optional.filter((flag) => (flags & flag) !== 0).length;
  const left = trun.length - headerSize - 8 - 4 * words;
  if (left !== 0) throw new BoxError(`${left} bytes behind its fields`);
}

/**
 * Removes the number of samples from an stsz with one size for all, so mp4box does not make a
 * row for each. ISO/IEC 14496-12 8.7.3.2
 *
 * @param stsz the whole box; its count becomes 0
 * @returns the count; undefined when each sample has a size of its own
 */
function takeConstantCount(
  stsz: Uint8Array,
  headerSize: number,
): number | undefined {
  const view = viewOf(stsz);
  if (view.getUint32(headerSize + 4) === 0) return undefined;
  const count = view.getUint32(headerSize + 8);
  view.setUint32(headerSize + 8, 0);
  return count;
}

/** An object with a box's fields under mp4box's names, among other properties. */
interface BoxFields {
  /** Where the fields begin, after version and flags. */
  readonly hdr_size?: number;
}

/** A box in the form that other code uses. */
class FieldBox implements ParsedBox {
  readonly bytes: Uint8Array;
  readonly children: readonly ParsedBox[];
  readonly damage: string | undefined;
  readonly #node: BoxNode;
  readonly #fields: BoxFields;

  constructor(
    node: BoxNode,
    bytes: Uint8Array,
    children: readonly ParsedBox[],
    fields: BoxFields = {},
    damage = node.damage,
  ) {
    this.#node = node;
    this.bytes = bytes;
    this.children = children;
    this.#fields = fields;
    this.damage = damage;
  }

  get type(): string {
    return this.#node.type;
  }

  get uuid(): string | undefined {
    return this.#node.uuid;
  }

  get start(): number {
    return this.#node.start;
  }

  get size(): number {
    return this.#node.size;
  }

  get headerSize(): number {
    return this.#fields.hdr_size ?? this.#node.headerSize;
  }

  field(name: string): unknown {
    return (this.#fields as Record<string, unknown>)[name];
  }

  fieldNames(): string[] {
    return Object.entries(this.#fields)
      .filter(([name, value]) => value !== undefined && !BOOKKEEPING.has(name))
      .map(([name]) => name);
  }
}

/** Properties of mp4box, which are not fields of the file. */
// prettier-ignore
const BOOKKEEPING = new Set([
  "size", "start", "hdr_size", "original_size", "box_name", "boxes", "data", "subBoxNames",
  "has_unparsed_data", "type", "uuid", "sinfs",
]);
