import { createDecipheriv } from "node:crypto";
import { only, readBoxes, type Box } from "./boxes.js";

/**
 * The samples of each track of a file with many, as ISO/IEC 14496-12 places them and ISO/IEC
 * 23001-7 hides them: another reader than that of src/. Positions of the index must lead to moofs
 * of their track, and saio to the rows of the senc.
 *
 * @param key of encrypted samples
 */
export function readSamples(
  file: Buffer,
  key = Buffer.alloc(16),
): Map<number, ReadSample[]> {
  const tracks = new Map<number, ReadSample[]>();
  const moofs = new Map<number, number>();
  let start = 0;
  for (const { type, bytes } of topBoxes(file)) {
    if (type === "moof") {
      const { trackId, samples } = readFragment(file, bytes, start, key);
      tracks.set(trackId, [...(tracks.get(trackId) ?? []), ...samples]);
      moofs.set(start, trackId);
    }
    if (type === "mfra") checkIndex(bytes, moofs);
    start += bytes.length;
  }
  return tracks;
}

export interface ReadSample {
  readonly clear: Buffer;
  readonly isHidden: boolean;
}

/** mdat may have a size of 64 bits. */
function topBoxes(file: Buffer): Pick<Box, "type" | "bytes">[] {
  const list: Pick<Box, "type" | "bytes">[] = [];
  for (let at = 0; at < file.length;) {
    const short = file.readUInt32BE(at);
    const size = short === 1 ? Number(file.readBigUInt64BE(at + 8)) : short;
    const type = file.toString("latin1", at + 4, at + 8);
    list.push({ type, bytes: file.subarray(at, at + size) });
    at += size;
  }
  return list;
}

function readFragment(file: Buffer, moof: Buffer, start: number, key: Buffer) {
  const traf = readBoxes(only(readBoxes(moof.subarray(8)), "traf").body);
  const tfhd = only(traf, "tfhd").body;
  const hasBase = (tfhd.readUInt32BE(0) & 1) !== 0;
  const base = hasBase ? Number(tfhd.readBigUInt64BE(8)) : start;
  const stored: Buffer[] = [];
  let at = base;
  for (const { type, body: trun } of traf) {
    if (type !== "trun") continue;
    const flags = trun.readUInt32BE(0);
    if (flags & 1) at = base + trun.readInt32BE(8);
    const columns = [0x100, 0x200, 0x400, 0x800].filter((bit) => flags & bit);
    const first = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
    const sizeAt = first + 4 * columns.indexOf(0x200);
    for (let i = 0; i < trun.readUInt32BE(4); i++) {
      const size = trun.readUInt32BE(sizeAt + 4 * columns.length * i);
      stored.push(file.subarray(at, (at += size)));
    }
  }
  const senc = traf.find(isSenc);
  const trackId = tfhd.readUInt32BE(4);
  if (senc === undefined)
    return {
      trackId,
      samples: stored.map((clear) => ({ clear, isHidden: false })),
    };
  const rows = readRows(senc, vectorSize(file));
  checkOffset(file, traf, rows, base);
  if (rows.length !== stored.length) throw new Error("rows unlike samples");
  const samples = stored.map((sample, i) => decrypt(sample, rows[i], key));
  return { trackId, samples };
}

const SENC = "a2394f525a9b4f14a2446c427c648df4";

function isSenc({ type, body }: Box): boolean {
  const isUuid = type === "uuid" && body.toString("hex", 0, 16) === SENC;
  return isUuid || type === "senc";
}

interface Row {
  readonly iv: Buffer;
  readonly runs: readonly (readonly [number, number])[] | undefined;
}

/** By the tenc of ISO/IEC 23001-7; packages of PIFF are read with vectors of 8 bytes alone. */
function vectorSize(file: Buffer): number {
  const tenc = file.indexOf("tenc");
  return tenc === -1 ? 8 : (file[tenc + 11] ?? 8);
}

function readRows({ type, body }: Box, ivSize: number): Row[] {
  const fields = type === "uuid" ? body.subarray(16) : body;
  const hasRuns = (fields.readUInt32BE(0) & 2) !== 0;
  let at = 8;
  return Array.from({ length: fields.readUInt32BE(4) }, () => {
    const iv = fields.subarray(at, (at += ivSize));
    if (!hasRuns) return { iv, runs: undefined };
    const count = fields.readUInt16BE(at);
    at += 2;
    const runs = Array.from({ length: count }, () => {
      at += 6;
      const clear = fields.readUInt16BE(at - 6);
      return [clear, fields.readUInt32BE(at - 4)] as const;
    });
    return { iv, runs };
  });
}

/** Its offset counts from the moof, or from a base-data-offset. ISO/IEC 14496-12 8.7.9 */
function checkOffset(
  file: Buffer,
  traf: readonly Box[],
  [first]: readonly Row[],
  base: number,
): void {
  const saio = traf.find(({ type }) => type === "saio");
  if (saio === undefined || first === undefined) return;
  const at = base + saio.body.readUInt32BE(8);
  if (!file.subarray(at, at + first.iv.length).equals(first.iv))
    throw new Error(`saio leads to ${at}`);
}

function decrypt(
  stored: Buffer,
  row: Row | undefined,
  key: Buffer,
): ReadSample {
  if (row === undefined) return { clear: stored, isHidden: false };
  const counter = Buffer.concat([row.iv, Buffer.alloc(8)]).subarray(0, 16);
  const cipher = createDecipheriv("aes-128-ctr", key, counter);
  const clear = Buffer.from(stored);
  let [at, hidden] = [0, 0];
  for (const [before, count] of row.runs ?? [[0, stored.length]]) {
    at += before;
    cipher.update(stored.subarray(at, at + count)).copy(clear, at);
    at += count;
    hidden += count;
  }
  if (at !== stored.length) throw new Error("runs do not fill the sample");
  return { clear, isHidden: hidden > 0 };
}

function checkIndex(mfra: Buffer, moofs: ReadonlyMap<number, number>): void {
  const boxes = readBoxes(mfra.subarray(8));
  if (only(boxes, "mfro").body.readUInt32BE(4) !== mfra.length)
    throw new Error("mfro gives another size");
  for (const { type, body } of boxes) {
    if (type !== "tfra") continue;
    const isLong = body[0] === 1;
    const width = isLong ? 19 : 11;
    for (let row = 16; row < body.length; row += width) {
      const position = isLong
        ? Number(body.readBigUInt64BE(row + 8))
        : body.readUInt32BE(row + 4);
      if (moofs.get(position) !== body.readUInt32BE(4))
        throw new Error(`no moof of the track at ${position}`);
    }
  }
}
