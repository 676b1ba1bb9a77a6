import { createCipheriv } from "node:crypto";

/**
 * A decryptor of track files that shares no code with src/: its own reader of boxes, and
 * counter mode made of AES blocks one by one (ISO/IEC 23001-7 9.4), so that a mistake of
 * the writer is not made again here.
 */

export interface DecryptedFile {
  /** Of the sample entry: `encv` or `enca`, `avc1` or `mp4a`. */
  readonly entry: string;
  /** What it was, in frma; empty in a clear file. */
  readonly original: string;
  readonly scheme: string;
  /** In hex, from the tenc. */
  readonly kid: string;
  /** The data of the pssh. */
  readonly systemData: Buffer;
  readonly fragments: readonly DecryptedFragment[];
}

export interface DecryptedFragment {
  /** Types of the boxes in the traf; a uuid box by its first four bytes. */
  readonly boxes: readonly string[];
  readonly samples: readonly DecryptedSample[];
}

export interface DecryptedSample {
  /** As it is in the file. */
  readonly stored: Buffer;
  readonly clear: Buffer;
  /** In hex; empty in a clear file. */
  readonly iv: string;
  /** Clear and protected bytes in turn; undefined where all are protected, or none. */
  readonly subsamples: readonly (readonly [number, number])[] | undefined;
}

const TENC = "8974dbce7be74c5184f97148f9882554";
const SENC = "a2394f525a9b4f14a2446c427c648df4";
const PSSH = "d08a4f1810f34a82b6c832d8aba183d3";

export function decryptFile(file: Buffer, key: Uint8Array): DecryptedFile {
  const top = boxes(file);
  const moov = one(top, "moov");
  const stsd = ["trak", "mdia", "minf", "stbl", "stsd"].reduce(
    (box, type) => one(boxes(box.body), type),
    moov,
  );
  const entry = boxes(stsd.body.subarray(8))[0];
  if (entry === undefined) throw new Error("no sample entry");
  const inEntry = entry.type === "encv" || entry.type === "avc1" ? 78 : 28;
  const sinf = boxes(entry.body.subarray(inEntry)).find(is("sinf"));
  const inSinf = sinf ? boxes(sinf.body) : [];
  const schi = inSinf.find(is("schi"));
  const [tenc] = schi ? boxes(schi.body) : [];
  const pssh = boxes(moov.body).find(
    ({ type }) => type === "pssh" || type === PSSH,
  );
  return {
    entry: entry.type,
    original: inSinf.find(is("frma"))?.body.toString("latin1") ?? "",
    scheme: inSinf.find(is("schm"))?.body.toString("latin1", 4, 8) ?? "",
    kid: tenc ? kidOf(tenc) : "",
    systemData: pssh?.body.subarray(24) ?? Buffer.alloc(0),
    fragments: top
      .filter(is("moof"))
      .map((moof) => decryptFragment(file, moof, key)),
  };
}

interface Box {
  /** Four characters, or 32 hex digits of a uuid. */
  readonly type: string;
  readonly start: number;
  readonly body: Buffer;
}

function boxes(bytes: Buffer): Box[] {
  const list: Box[] = [];
  for (let start = 0; start < bytes.length;) {
    const size = bytes.readUInt32BE(start);
    if (size < 8 || start + size > bytes.length)
      throw new Error(`a box of ${size} bytes`);
    const name = bytes.toString("latin1", start + 4, start + 8);
    const isUuid = name === "uuid";
    const body = start + (isUuid ? 24 : 8);
    const type = isUuid ? bytes.toString("hex", start + 8, body) : name;
    list.push({ type, start, body: bytes.subarray(body, start + size) });
    start += size;
  }
  return list;
}

function is(type: string): (box: Box) => boolean {
  return (box) => box.type === type;
}

function one(list: readonly Box[], type: string): Box {
  const [box, ...more] = list.filter(is(type));
  if (box === undefined || more.length > 0)
    throw new Error(`${more.length + (box ? 1 : 0)} boxes ${type}`);
  return box;
}

/** Of PIFF, which names the cipher, or of ISO. Both must say: vectors of 8 bytes. */
function kidOf({ type, body }: Box): string {
  const head = body.toString("hex", 4, 8);
  const expected = type === TENC ? "00000108" : "00000108";
  if (!["tenc", TENC].includes(type) || head !== expected)
    throw new Error(`tenc ${type} ${head}`);
  return body.toString("hex", 8, 24);
}

function decryptFragment(
  file: Buffer,
  moof: Box,
  key: Uint8Array,
): DecryptedFragment {
  const traf = one(boxes(moof.body), "traf");
  const inTraf = boxes(traf.body);
  const sencs = inTraf.filter(({ type }) => type === "senc" || type === SENC);
  if (sencs.length > 1) throw new Error("two senc");
  const { offset, sizes } = readTrun(one(inTraf, "trun").body);
  const rows = sencs[0] ? readSenc(sencs[0].body) : undefined;
  if (rows && rows.length !== sizes.length)
    throw new Error(`${rows.length} rows of senc, ${sizes.length} samples`);
  if (rows) checkAuxiliary(file, moof, inTraf, rows);
  let position = moof.start + offset;
  const samples = sizes.map((size, i) => {
    const stored = file.subarray(position, (position += size));
    const row = rows?.[i];
    if (row === undefined)
      return { stored, clear: stored, iv: "", subsamples: undefined };
    const clear = decryptSample(stored, row, key);
    const { iv, subsamples } = row;
    return { stored, clear, iv: iv.toString("hex"), subsamples };
  });
  const names = inTraf.map(({ type }) => type.slice(0, 8));
  return { boxes: names, samples };
}

/** Rows of duration, size and what else the flags name. ISO/IEC 14496-12 8.8.8 */
function readTrun(body: Buffer): { offset: number; sizes: number[] } {
  const flags = body.readUInt32BE(0) & 0xffffff;
  const count = body.readUInt32BE(4);
  const rows = 12 + (flags & 4 ? 4 : 0);
  const width = flags & 0x800 ? 12 : 8;
  return {
    offset: body.readUInt32BE(8),
    sizes: Array.from({ length: count }, (_, i) =>
      body.readUInt32BE(rows + i * width + 4),
    ),
  };
}

interface SencRow {
  /** Where it begins, from the first one, and how long it is. */
  readonly at: number;
  readonly length: number;
  readonly iv: Buffer;
  readonly subsamples: [number, number][] | undefined;
}

function readSenc(body: Buffer): SencRow[] {
  const hasSubsamples = (body.readUInt32BE(0) & 2) !== 0;
  let at = 8;
  const rows = Array.from({ length: body.readUInt32BE(4) }, () => {
    const begin = at;
    const iv = body.subarray(at, (at += 8));
    let subsamples: [number, number][] | undefined;
    if (hasSubsamples) {
      const count = body.readUInt16BE(at);
      at += 2;
      subsamples = Array.from({ length: count }, () => {
        at += 6;
        return [body.readUInt16BE(at - 6), body.readUInt32BE(at - 4)];
      });
    }
    return { at: begin - 8, length: at - begin, iv, subsamples };
  });
  if (at !== body.length) throw new Error("bytes behind the rows of senc");
  return rows;
}

/** saiz and saio lead to the very rows of the senc. ISO/IEC 14496-12 8.7.8, 8.7.9 */
function checkAuxiliary(
  file: Buffer,
  moof: Box,
  inTraf: readonly Box[],
  rows: readonly SencRow[],
): void {
  const saiz = one(inTraf, "saiz").body;
  const saio = one(inTraf, "saio").body;
  const size = saiz.readUInt8(4);
  const sizes = rows.map((_, i) => size || saiz.readUInt8(9 + i));
  const first = moof.start + saio.readUInt32BE(8);
  for (const [i, { at, length, iv }] of rows.entries()) {
    const found = file.subarray(first + at, first + at + 8);
    if (sizes[i] !== length || !found.equals(iv))
      throw new Error(`saiz or saio does not lead to row ${i}`);
  }
}

function decryptSample(
  stored: Buffer,
  { iv, subsamples }: SencRow,
  key: Uint8Array,
): Buffer {
  const clear = Buffer.from(stored);
  const parts = subsamples ?? [[0, stored.length]];
  if (subsamples && sum(subsamples.flat()) !== stored.length)
    throw new Error("subsamples do not fill the sample");
  let [at, used] = [0, 0];
  let block: Buffer = Buffer.alloc(0);
  for (const [inClear, hidden] of parts) {
    at += inClear;
    for (const end = at + hidden; at < end; at++, used++) {
      if (used % 16 === 0) block = aesBlock(key, iv, used / 16);
      clear.writeUInt8(stored.readUInt8(at) ^ block.readUInt8(used % 16), at);
    }
  }
  return clear;
}

/** The vector, then the number of the block in 64 bits; encrypted. */
function aesBlock(key: Uint8Array, iv: Buffer, number: number): Buffer {
  const counter = Buffer.alloc(16);
  iv.copy(counter);
  counter.writeBigUInt64BE(BigInt(number), 8);
  const aes = createCipheriv("aes-128-ecb", key, null);
  return aes.update(counter);
}

function sum(list: readonly number[]): number {
  return list.reduce((a, b) => a + b, 0);
}
