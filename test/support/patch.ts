import { readFileSync, writeFileSync } from "node:fs";

/** Rewrites a text file; fails when the text that should change is not there. */
export function replaceText(
  path: string,
  from: string | RegExp,
  to: string,
): void {
  const before = readFileSync(path, "utf8");
  const after = before.replace(from, to);
  if (after === before)
    throw new Error(`${path}: nothing to replace for ${String(from)}`);
  writeFileSync(path, after);
}

/** Changes the bytes of a file in place. */
export function patchFile(path: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
}

/**
 * Where the payload of the `nth` box of a type begins (counted from 1), found
 * by its four characters; good enough for our own small files.
 */
export function payloadOf(bytes: Buffer, type: string, nth = 1): number {
  let at = -1;
  for (let i = 0; i < nth; i++) at = bytes.indexOf(type, at + 1, "latin1");
  if (at < 0) throw new Error(`no ${type} number ${nth}`);
  return at + 4;
}

/** A file of fragments without its mfra, whose size is its last four bytes. */
export function withoutIndex(bytes: Buffer): Buffer {
  return bytes.subarray(0, -bytes.readUInt32BE(bytes.length - 4));
}

/** Adds to a 32-bit number. */
export function add32(bytes: Buffer, at: number, difference: number): void {
  bytes.writeInt32BE((bytes.readInt32BE(at) + difference) | 0, at);
}

/** Adds to the low half of a 64-bit number. */
export function add64(bytes: Buffer, at: number, difference: number): void {
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at) + BigInt(difference), at);
}
