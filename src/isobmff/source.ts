import { BoxParser, DataStream, type MP4BoxBuffer } from "mp4box";
import { messageOf } from "../errors.js";
import { BoxFault, faultWords } from "./box-fault.js";
import { entryFields } from "./box-fields.js";
import { walkBoxes, type BoxNode } from "./box-tree.js";
import { FieldBox, type Fields } from "./field-box.js";
import { READ, READ_UUIDS, UNNEEDED } from "./known-boxes.js";
import type { ParsedBox } from "./parsed-box.js";
import { requireRowsWithBytes, takeConstantCount } from "./row-count.js";

/**
 * Boxes read with the npm package mp4box: the only file that imports it. It
 * reads, we write; so that verify looks at our bytes with other eyes.
 *
 * The tree of boxes is walked by box-tree.ts. mp4box is given the bytes of one
 * box at a time, so that no count, size or nesting leads it outside: left
 * alone, it takes the sibling of a box for its child, and reads it once more
 * with every level.
 */

/**
 * Parses whole boxes that stand one after another.
 *
 * @param bytes the boxes, from the first byte of the first header
 * @param onError told what is wrong with the first box that is damaged, if there is one; those
 * that no reader needs are told by their `damage` alone
 * @param unread types of boxes that are named, without their fields
 * @param origin where `bytes` begin in the file, for messages
 * @returns the boxes before a damaged one; `start` counts from the begin of `bytes`
 */
export function parseBoxes(
  bytes: Uint8Array,
  onError: (message: string) => void = () => undefined,
  unread: ReadonlySet<string> = NONE,
  origin = 0,
): ParsedBox[] {
  const boxes: ParsedBox[] = [];
  const file: Reading = { bytes, unread, origin };
  try {
    for (const node of walkBoxes(bytes, origin))
      boxes.push(readBox(node, file));
  } catch (error) {
    onError(messageOf(error));
  }
  return boxes;
}

const NONE: ReadonlySet<string> = new Set();

interface Reading {
  readonly bytes: Uint8Array;
  readonly unread: ReadonlySet<string>;
  readonly origin: number;
}

/** A box of mp4box's, which reads its own fields. */
interface FieldReader extends Fields {
  size: number;
  start: number;
  hdr_size: number;
  sample_count?: number;
  entries?: unknown;
  parse(stream: DataStream): void;
}

type FieldsClass = new (size: number) => FieldReader;

function readBox(node: BoxNode, file: Reading, parent = ""): ParsedBox {
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
    // A count that the box has no bytes for runs into the end of them.
    const words = faultWords(cause, node.size);
    if (UNNEEDED.has(node.type))
      return new FieldBox(node, bytes, children, {}, words);
    const place = `${node.type} at ${origin + node.start}`;
    throw new BoxFault(`${place} is damaged (${words})`, { cause });
  }
}

/** mp4box takes what QuickTime's sound entries have more for children. */
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

/** One for all: making one takes longer than to read a small box. Not dynamic, or it would grow when read beyond its end. */
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
