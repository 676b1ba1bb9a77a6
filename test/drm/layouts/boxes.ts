/** Reads and writes boxes without code of src/, which is under test. */

export interface Box {
  readonly type: string;
  /** The whole box, and what follows its header. */
  readonly bytes: Buffer;
  readonly body: Buffer;
}

export function readBoxes(bytes: Buffer): Box[] {
  const list: Box[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    const whole = bytes.subarray(at, at + size);
    const type = bytes.toString("latin1", at + 4, at + 8);
    list.push({ type, bytes: whole, body: whole.subarray(8) });
    at += size;
  }
  return list;
}

export function only(list: readonly Box[], type: string): Box {
  const found = list.filter((box) => box.type === type);
  const [box] = found;
  if (box === undefined || found.length > 1)
    throw new Error(`${found.length} boxes ${type}`);
  return box;
}

export function box(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([words(8 + body.length), Buffer.from(type), body]);
}

export function uuidBox(uuid: string, ...parts: readonly Buffer[]): Buffer {
  return box("uuid", Buffer.from(uuid, "hex"), ...parts);
}

/** Numbers of 32 bits; those below 0 too. */
export function words(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries())
    bytes.writeUInt32BE(number >>> 0, 4 * i);
  return bytes;
}

export function longs(...numbers: readonly (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(8 * numbers.length);
  for (const [i, number] of numbers.entries())
    bytes.writeBigInt64BE(BigInt(number), 8 * i);
  return bytes;
}

/** The same box with other children behind `fields` bytes of its own. */
export function withChildren(
  { type, body }: Box,
  change: (children: Box[]) => readonly Buffer[],
  fields = 0,
): Buffer {
  const children = change(readBoxes(body.subarray(fields)));
  return box(type, body.subarray(0, fields), ...children);
}
