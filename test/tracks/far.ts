import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { box, fullBox } from "../../src/isobmff/box.js";
import { concat, u32, u64 } from "../../src/isobmff/bytes.js";

/** Where the media lies: beyond what 32 bits can say. */
const HOLE = 5 * 2 ** 30;

/**
 * The same film behind a hole of 5 GiB, which takes no room on the disk: a free
 * box with a size of 64 bits, then what the file had behind its ftyp, with co64
 * instead of stco. Its moov must come last.
 */
export function moveFar(path: string, target: string): string {
  const bytes = readFileSync(path);
  const [ftyp, ...rest] = boxesIn(bytes);
  if (ftyp === undefined) throw new Error(`${path}: no ftyp`);
  const file = openSync(target, "w");
  writeSync(file, concat([ftyp, u32(1), Buffer.from("free"), u64(HOLE)]));
  const begin = ftyp.length + HOLE;
  ftruncateSync(file, begin);
  writeSync(file, concat(rest.map((one) => farBox(one, HOLE))), 0, null, begin);
  closeSync(file);
  return target;
}

const CONTAINERS = new Set(["moov", "trak", "mdia", "minf", "stbl"]);

/** A box whose chunks lie further back. */
function farBox(bytes: Buffer, by: number): Uint8Array {
  const type = typeOf(bytes);
  if (type === "stco") {
    const count = bytes.readUInt32BE(12);
    const rows = Array.from({ length: count }, (_, i) =>
      u64(bytes.readUInt32BE(16 + 4 * i) + by),
    );
    return fullBox("co64", 0, 0, u32(count), ...rows);
  }
  if (!CONTAINERS.has(type)) return bytes;
  const inside = boxesIn(bytes.subarray(8)).map((one) => farBox(one, by));
  return box(type, ...inside);
}

function boxesIn(bytes: Buffer): Buffer[] {
  const boxes: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at))
    boxes.push(bytes.subarray(at, at + bytes.readUInt32BE(at)));
  return boxes;
}

function typeOf(bytes: Buffer): string {
  return bytes.toString("latin1", 4, 8);
}
