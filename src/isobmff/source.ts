import { BoxParser, Log, MP4BoxBuffer, MultiBufferStream } from "mp4box";
import { messageOf } from "../errors.js";
import { walkBoxes, type BoxNode } from "./box-tree.js";
import { FieldBox, type Fields } from "./field-box.js";
import { READ, READ_UUIDS } from "./known-boxes.js";
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
 * @param onError told what is wrong with the first box that is damaged, if there is one
 * @returns the boxes before a damaged one; `start` counts from the begin of `bytes`
 */
export function parseBoxes(
  bytes: Uint8Array,
  onError: (message: string) => void = () => undefined,
): ParsedBox[] {
  const boxes: ParsedBox[] = [];
  try {
    for (const node of walkBoxes(bytes)) boxes.push(readBox(node, bytes));
  } catch (error) {
    onError(messageOf(error));
  }
  return boxes;
}

/** A box of mp4box's, which reads its own fields. */
interface FieldReader extends Fields {
  size: number;
  start: number;
  hdr_size: number;
  sample_count?: number;
  entries?: unknown;
  parse(stream: MultiBufferStream): void;
}

type FieldsClass = new (size: number) => FieldReader;

function readBox(node: BoxNode, bytes: Uint8Array, parent = ""): ParsedBox {
  const children = node.children.map((child) =>
    readBox(child, bytes, node.type),
  );
  const Class = classOf(node, parent);
  if (Class === undefined) return new FieldBox(node, bytes, children);
  const own = bytes.subarray(node.start, node.fieldsEnd);
  try {
    const fields = readFields(new Class(own.length), node, own);
    return new FieldBox(node, bytes, children, fields);
  } catch (cause) {
    // A count that the box has no bytes for runs into the end of them.
    throw new Error(
      `${node.type} at ${node.start} is damaged (${messageOf(cause)})`,
      { cause },
    );
  }
}

/** The box's own fields, without its children. */
function readFields(
  fields: FieldReader,
  node: BoxNode,
  own: Uint8Array,
): Fields {
  const buffer = new MP4BoxBuffer(own.length);
  const copy = new Uint8Array(buffer);
  copy.set(own);
  if (node.type === "trun") requireRowsWithBytes(own, node.headerSize);
  const constant =
    node.type === "stsz" ? takeConstantCount(copy, node.headerSize) : undefined;
  const stream = new MultiBufferStream(buffer);
  stream.dynamicSize = 0; // or it grows when it is read beyond its end
  stream.seek(node.headerSize);
  Object.assign(fields, { start: 0, hdr_size: node.headerSize });
  listening(() => fields.parse(stream));
  if (constant !== undefined) fields.sample_count = constant;
  if (node.fieldsEnd < node.start + node.size || LISTS.has(node.type))
    delete fields.entries; // the children, which it was not shown
  return fields;
}

const LISTS = new Set(["stsd", "dref"]);

/** mp4box tells complaints to a log of the whole process: lent for one synchronous call. */
function listening(parse: () => void): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was
  const before = Log.error;
  Log.error = (_module: string, message?: string) => {
    throw new Error(message ?? "damaged box");
  };
  try {
    parse();
  } finally {
    Log.error = before;
  }
}

function classOf(node: BoxNode, parent: string): FieldsClass | undefined {
  if (node.fieldsEnd === node.start + node.headerSize) return undefined;
  if (parent === "stsd") {
    const isWalked = node.fieldsEnd < node.start + node.size;
    return isWalked ? SAMPLE_ENTRIES[node.type] : undefined;
  }
  if (node.uuid !== undefined)
    return READ_UUIDS.has(node.uuid) ? UUIDS[node.uuid] : undefined;
  return READ.has(node.type) ? BOXES[node.type] : undefined;
}

const BOXES = BoxParser.box as unknown as Record<string, FieldsClass>;
const SAMPLE_ENTRIES = BoxParser.sampleEntry as unknown as typeof BOXES;
const UUIDS = BoxParser.uuid as unknown as typeof BOXES;
