import { createFile, Log, MP4BoxBuffer, type Box } from "mp4box";
import type { ParsedBox } from "./parsed-box.js";

/**
 * Boxes read by the npm package mp4box: the only file that imports it. It
 * reads, we write; so that verify looks at our bytes with other eyes.
 */

/**
 * Parses whole boxes that stand one after another.
 *
 * @param bytes the boxes, from the first byte of the first header
 * @param onError told each complaint of the parser; without it they are dropped
 * @returns the boxes that could be parsed; `start` counts from the begin of `bytes`
 */
export function parseBoxes(
  bytes: Uint8Array,
  onError?: (message: string) => void,
): ParsedBox[] {
  const file = createFile(false);
  file.onError = (_module: string, message: string) => onError?.(message);
  const buffer = MP4BoxBuffer.fromArrayBuffer(ownBuffer(bytes), 0);
  file.stream.insertBuffer(buffer);
  file.parse();
  return (file.boxes as Box[]).map((box) => toParsedBox(box, bytes));
}

// What it cannot name it keeps as raw bytes; its remarks on the console help nobody.
Log.setLogLevel(Log.error);

/** mp4box wants an ArrayBuffer of its own, not a window into a larger one. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

interface RawBox {
  readonly type: string;
  readonly uuid?: string;
  readonly start?: number;
  readonly size: number;
  readonly hdr_size?: number;
  readonly boxes?: readonly RawBox[];
  readonly entries?: readonly unknown[];
}

function toParsedBox(box: Box, bytes: Uint8Array): ParsedBox {
  const raw = box as unknown as RawBox;
  const uuid = raw.uuid ?? (box.constructor as { uuid?: string }).uuid;
  const children = childrenOf(raw).map((child) =>
    toParsedBox(child as unknown as Box, bytes),
  );
  return {
    type: raw.type,
    ...(uuid === undefined ? {} : { uuid }),
    start: raw.start ?? 0,
    size: raw.size,
    headerSize: raw.hdr_size ?? 8,
    bytes,
    children,
    fields: fieldsOf(raw),
  };
}

function childrenOf(raw: RawBox): readonly RawBox[] {
  if (raw.boxes !== undefined)
    return raw.boxes.filter((child) => child !== undefined);
  const entries = raw.entries ?? [];
  return entries.every(isBox) ? entries : []; // stsd and dref list boxes, elst and tfra plain rows
}

function fieldsOf(raw: RawBox): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || BOOKKEEPING.has(name) || holdsBoxes(value))
      continue;
    fields[name] = value;
  }
  return fields;
}

function holdsBoxes(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length > 0 && value.every(isBox)
    : isBox(value);
}

function isBox(value: unknown): value is RawBox {
  return (
    typeof value === "object" &&
    value !== null &&
    "hdr_size" in value &&
    "box_name" in value
  );
}

/** Properties of mp4box's own, not of the file. */
const BOOKKEEPING = new Set([
  "size", "start", "hdr_size", "original_size", "box_name", "boxes", "data", "subBoxNames",
  "has_unparsed_data", "traks", "psshs", "trafs", "truns", "type", "uuid",
]); // prettier-ignore
