import { createFile, Log, MP4BoxBuffer } from "mp4box";
import { messageOf } from "../errors.js";
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
  onError: (message: string) => void = () => undefined,
): ParsedBox[] {
  const file = createFile(false);
  const buffer = MP4BoxBuffer.fromArrayBuffer(ownBuffer(bytes), 0);
  file.stream.insertBuffer(buffer);
  complain = onError;
  try {
    file.parse();
  } catch (error) {
    // Tables that claim more rows than their box has run into the end of the bytes.
    onError(messageOf(error));
  }
  return file.boxes.map(
    (box) => new Mp4boxBox(box as unknown as RawBox, bytes),
  );
}

/** mp4box wants an ArrayBuffer of its own, not a window into a larger one. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

/** mp4box tells its complaints to the console; parsing is synchronous, so they can be caught here. */
let complain: (message: string) => void;
Log.error = (_module: string, message?: string) =>
  complain(message ?? "damaged box");

interface RawBox {
  readonly type: string;
  readonly uuid?: string;
  readonly start?: number;
  readonly size: number;
  readonly hdr_size?: number;
  readonly boxes?: readonly RawBox[];
  readonly entries?: readonly unknown[];
}

/** A window on mp4box's own object; nothing is copied until it is asked for. */
class Mp4boxBox implements ParsedBox {
  readonly bytes: Uint8Array;
  readonly #raw: RawBox;
  #children: readonly ParsedBox[] | undefined;

  constructor(raw: RawBox, bytes: Uint8Array) {
    this.#raw = raw;
    this.bytes = bytes;
  }

  get type(): string {
    return this.#raw.type;
  }

  get uuid(): string | undefined {
    return this.#raw.uuid ?? (this.#raw.constructor as { uuid?: string }).uuid;
  }

  get start(): number {
    return this.#raw.start ?? 0;
  }

  get size(): number {
    return this.#raw.size;
  }

  get headerSize(): number {
    return this.#raw.hdr_size ?? 8;
  }

  get children(): readonly ParsedBox[] {
    this.#children ??= rawChildren(this.#raw).map(
      (raw) => new Mp4boxBox(raw, this.bytes),
    );
    return this.#children;
  }

  field(name: string): unknown {
    return (this.#raw as unknown as Record<string, unknown>)[name];
  }

  fieldNames(): string[] {
    return Object.entries(this.#raw)
      .filter(
        ([name, value]) =>
          value !== undefined && !BOOKKEEPING.has(name) && !holdsBoxes(value),
      )
      .map(([name]) => name);
  }
}

function rawChildren(raw: RawBox): readonly RawBox[] {
  if (raw.boxes !== undefined) return raw.boxes;
  const entries = raw.entries ?? [];
  return entries.every(isBox) ? entries : []; // stsd and dref list boxes, elst and tfra plain rows
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
// prettier-ignore
const BOOKKEEPING = new Set([
  "size", "start", "hdr_size", "original_size", "box_name", "boxes", "data", "subBoxNames",
  "has_unparsed_data", "samples", "traks", "psshs", "trafs", "truns", "sgpds", "sbgps", "type", "uuid",
]);
