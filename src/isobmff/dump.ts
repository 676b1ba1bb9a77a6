import { PackError } from "../errors.js";
import type { MediaSource } from "./fragment-folder.js";
import { bytesToHex, isBoxType, typeText } from "./bytes.js";
import { openForReading } from "./media-source.js";
import type { ParsedBox } from "./parsed-box.js";
import { readAt, scanBoxes, type BoxSpan } from "./scan.js";
import { parseBoxes } from "./source.js";

/** A box with its fields as plain data, for people, tests and JSON. */
export interface DumpedBox {
  /** The four characters. */
  readonly box: string;
  readonly uuid?: string;
  /** Position in the file. */
  readonly start: number;
  readonly size: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly boxes: readonly DumpedBox[];
}

/** Larger boxes are named, not parsed; the tables of five hours at 60 fps fit. */
const LARGEST_PARSED = 16 * 1024 * 1024;

/** These boxes hold only media or nothing: they are named, not read. */
const UNREAD = new Set(["mdat", "free", "skip", "wide"]);

/** Box types that a cut-off file may have at its top. */
const TOP_LEVEL = new Set([
  ...UNREAD,
  "ftyp",
  "styp",
  "moov",
  "moof",
  "mfra",
  "sidx",
  "uuid",
  "meta",
]);

/**
 * The boxes of a file one after another; media is not read.
 *
 * @throws PackError `input` when the file cannot be read or is not made of boxes,
 * and after the last box when a box was damaged or the file is cut off
 */
export async function* dumpFile(path: string): AsyncGenerator<DumpedBox> {
  const file = await openForReading(path);
  try {
    const { size } = await file.stat();
    if (size === 0)
      throw new PackError("input", `${path}: is empty (0 bytes).`);
    const errors: string[] = [];
    let end = 0;
    for await (const span of scanBoxes(file, size)) {
      end = span.start + span.size;
      requireBox(span, end <= size, path);
      yield* dumpSpan(file, span, size, (error) => errors.push(error));
    }
    if (end < size) errors.push(`${size - end} bytes at ${end} are not a box`);
    if (errors.length > 0) throw damagedError(path, errors);
  } finally {
    await file.close();
  }
}

/** A top-level box. Its fault goes beside its name and to `onFault`. */
async function* dumpSpan(
  file: MediaSource,
  span: BoxSpan,
  fileSize: number,
  onError: (error: string) => void,
): AsyncGenerator<DumpedBox> {
  const { type, start, size } = span;
  if (start + size > fileSize) {
    const truncated = `the file ends at ${fileSize}`;
    onError(`${type} at ${start} claims ${size} bytes, ${truncated}`);
    yield namedOnly(span, { truncated });
  } else if (UNREAD.has(type)) {
    yield namedOnly(span, {});
  } else if (size > LARGEST_PARSED) {
    yield namedOnly(span, { unread: `larger than ${LARGEST_PARSED} bytes` });
  } else {
    const complaints: string[] = [];
    const bytes = await readAt(file, start, size);
    const onDamage = (message: string) => complaints.push(message);
    const boxes = parseBoxes(bytes, onDamage, undefined, start);
    const [damaged] = complaints;
    if (damaged === undefined)
      for (const box of boxes) yield dumpBox(box, start, onError);
    else {
      onError(`${type} at ${start} is damaged (${damaged})`);
      yield namedOnly(span, { damaged });
    }
  }
}

/** Checks the file as a whole, after everything readable was shown. */
function damagedError(path: string, errors: readonly string[]): PackError {
  const [first] = errors;
  const more =
    errors.length > 1 ? `, and ${errors.length - 1} more faults` : "";
  return new PackError("input", `${path}: ${first}${more}.`, {
    hint: "The file is cut off or damaged.",
    facts: { faults: errors.length },
  });
}

function namedOnly(
  { type, start, size }: BoxSpan,
  fields: DumpedBox["fields"],
): DumpedBox {
  return { box: type, start, size, fields, boxes: [] };
}

function requireBox(span: BoxSpan, isWhole: boolean, path: string): void {
  if (
    isBoxType(span.type) &&
    span.size >= span.headerSize &&
    (isWhole || TOP_LEVEL.has(span.type))
  )
    return;
  throw new PackError(
    "input",
    `${path}: no box at byte ${span.start} (found type ${typeText(span.type)}, size ${span.size}).`,
    {
      hint: "inspect reads MP4-like files: .ismv, .isma, .mp4, .mov.",
    },
  );
}

function dumpBox(
  box: ParsedBox,
  offset: number,
  onError: (error: string) => void,
): DumpedBox {
  const { damage } = box;
  if (damage !== undefined)
    onError(`${box.type} at ${offset + box.start} is damaged (${damage})`);
  const fields = box
    .fieldNames()
    .map((name) => [name, plainValue(box.field(name))] as const);
  return {
    box: box.type,
    ...(box.uuid === undefined ? {} : { uuid: box.uuid }),
    start: offset + box.start,
    size: box.size,
    fields: {
      ...Object.fromEntries(fields),
      ...(damage === undefined ? {} : { damaged: damage }),
    },
    boxes: box.children.map((child) => dumpBox(child, offset, onError)),
  };
}

/** Bytes become hex, parser objects plain objects. */
function plainValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return bytesToHex(value);
  if (ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, plainValue(inner)]),
    );
  }
  return value;
}

/** A box and its children as indented lines: the type and size, then a field each. */
export function dumpText(box: DumpedBox, depth = 0): string {
  const indent = "  ".repeat(depth);
  const name = box.uuid === undefined ? box.box : `${box.box} ${box.uuid}`;
  const fields = Object.entries(box.fields).map(
    ([field, value]) => `${indent}  ${field}: ${valueText(value)}`,
  );
  const children = box.boxes.map((child) => dumpText(child, depth + 1));
  return [
    `${indent}[${name}] at ${box.start}, ${box.size} bytes`,
    ...fields,
    ...children,
  ].join("\n");
}

const SHOWN_VALUES = 12;

function valueText(value: unknown): string {
  if (!Array.isArray(value))
    return typeof value === "string" ? value : JSON.stringify(value);
  const shown = value.slice(0, SHOWN_VALUES).map(valueText).join(" ");
  return value.length > SHOWN_VALUES
    ? `${shown} ... (${value.length} values)`
    : shown;
}
