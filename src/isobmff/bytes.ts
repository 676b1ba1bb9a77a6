/** Big-endian numbers and text as bytes, the way ISO/IEC 14496-12 writes them. */

export function u8(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

export function u16(...values: number[]): Uint8Array {
  return write(2, values, (view, at, value) => view.setUint16(at, value));
}

export function i16(...values: number[]): Uint8Array {
  return write(2, values, (view, at, value) => view.setInt16(at, value));
}

export function u24(value: number): Uint8Array {
  return u8((value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

export function u32(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  for (let i = 0; i < values.length; i++) putU32(bytes, 4 * i, values[i] ?? 0);
  return bytes;
}

/** Without a view: making one takes longer than writing the number. */
export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** 64 bits from whole numbers from 0 to below 2^53. */
export function u64(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  for (let i = 0; i < values.length; i++) putU64(bytes, 8 * i, values[i] ?? 0);
  return bytes;
}

/** @throws RangeError for a number that is not whole: half a tick is a bug */
export function putU64(bytes: Uint8Array, at: number, value: number): void {
  if (!Number.isInteger(value)) throw new RangeError(`${value} is not whole`);
  putU32(bytes, at, Math.floor(value / 2 ** 32));
  putU32(bytes, at + 4, value);
}

/** One byte a character. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The reverse: a character a byte. */
export function latin1(bytes: Uint8Array, at: number, length: number): string {
  let text = "";
  for (let i = at; i < at + length; i++)
    text += String.fromCharCode(bytes[i] ?? 0);
  return text;
}

/** A type that boxes have: four ASCII characters; QuickTime's text boxes begin with a copyright sign. */
export function isBoxType(type: string): boolean {
  return /^[\x20-\x7e\xa9]{4}$/.test(type);
}

/** A type as it stands in a sentence: bytes that are no type could end its line or move the cursor. */
export function typeText(type: string): string {
  if (isBoxType(type)) return type;
  return `0x${Buffer.from(type, "latin1").toString("hex")}`;
}

export function zeros(count: number): Uint8Array {
  return new Uint8Array(count);
}

export function hexToBytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

/** Upper-case hex, two digits a byte, as in Smooth manifests. */
export function bytesToHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString("hex")
    .toUpperCase();
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A view to read numbers from bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function write(
  width: number,
  values: readonly number[],
  put: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(width * values.length);
  const view = viewOf(bytes);
  values.forEach((value, i) => put(view, i * width, value));
  return bytes;
}
