/** Size of a tfdt of version 1. ISO/IEC 14496-12 8.8.12 */
export const TFDT_SIZE = 20;

/** The moof of one track, as far as the place of a tfdt depends on it; positions in its bytes. */
interface TrackMoof {
  readonly traf: number;
  readonly tfhd: number;
  readonly tfhdEnd: number;
  readonly hasTfdt: boolean;
  readonly runs: readonly number[];
  /** Boxes with the places of initialization vectors. */
  readonly saios: readonly number[];
}

const TRAF = 0x74726166;
const TFHD = 0x74666864;
const TFDT = 0x74666474;
const TRUN = 0x7472756e;
const SAIO = 0x7361696f;

/** tf_flags. ISO/IEC 14496-12 8.8.7.1 */
const HAS_BASE = 0x000001;

/** A moof that a tfdt cannot be put into. The message is half a sentence. */
export class NoPlaceForTfdt extends Error {
  override readonly name = "NoPlaceForTfdt";
}

/** What the first fragment of a track tells of all. */
export interface FirstMoof {
  readonly hasTfdt: boolean;
  /** The composition offset of its first sample, in ticks of the track. */
  readonly firstOffset: number;
}

/** @throws NoPlaceForTfdt */
export function readFirstMoof(moof: Buffer): FirstMoof {
  const { hasTfdt, runs } = readTrackMoof(moof, 0);
  return { hasTfdt, firstOffset: compositionOffset(moof, runs[0] ?? 0) };
}

/**
 * Puts a tfdt behind the tfhd of a fragment, where it lies: only the boxes in front of it move, so
 * that the samples are never copied. A fragment with a tfdt stays as it is.
 *
 * Offsets from the moof grow by the size of the tfdt. An offset from the begin of the file becomes
 * one from the moof, for browsers take no other. Composition offsets are signed.
 *
 * @param bytes TFDT_SIZE spare bytes, then the whole moof
 * @param time when the first sample is shown, plus the composition offset that the edit list takes off
 * @param moofStart place of the moof in its file
 * @returns where the moof begins now
 * @throws NoPlaceForTfdt
 */
export function putTfdt(
  bytes: Buffer,
  time: bigint,
  moofStart: number,
): number {
  const moof = readTrackMoof(bytes, TFDT_SIZE);
  if (moof.hasTfdt) return TFDT_SIZE;
  const { traf, tfhd, tfhdEnd, runs, saios } = moof;
  const flags = bytes.readUInt32BE(tfhd + 8);
  const baseBytes = flags & HAS_BASE ? 8 : 0;
  const growth = TFDT_SIZE - baseBytes;
  const base = baseBytes ? Number(bytes.readBigUInt64BE(tfhd + 16)) : moofStart;
  const further = base - moofStart + growth;
  for (const run of runs) moveRun(bytes, run, further, baseBytes > 0);
  for (const saio of saios) moveSaio(bytes, saio, further);
  const first = compositionOffset(bytes, runs[0] ?? 0);
  grow(bytes, TFDT_SIZE, growth);
  grow(bytes, traf, growth);
  grow(bytes, tfhd, -baseBytes);
  bytes.writeUInt32BE(flags & ~HAS_BASE, tfhd + 8);
  if (baseBytes > 0) bytes.copyWithin(tfhd + 16, tfhd + 24, tfhdEnd);
  const begin = TFDT_SIZE - growth;
  bytes.copyWithin(begin, TFDT_SIZE, tfhdEnd - baseBytes);
  writeTfdt(bytes, tfhdEnd - TFDT_SIZE, time - BigInt(first));
  return begin;
}

function grow(bytes: Buffer, box: number, by: number): void {
  bytes.writeUInt32BE(bytes.readUInt32BE(box) + by, box);
}

/** Time does not run backwards from 0: pictures that are shown before it are shown at it. */
function writeTfdt(bytes: Buffer, at: number, time: bigint): void {
  bytes.writeUInt32BE(TFDT_SIZE, at);
  bytes.writeUInt32BE(TFDT, at + 4);
  bytes.writeUInt32BE(0x01000000, at + 8);
  bytes.writeBigUInt64BE(time < 0n ? 0n : time, at + 12);
}

/** One pass without lists of boxes: it is part of every answer with a segment. */
function readTrackMoof(bytes: Buffer, start: number): TrackMoof {
  let [traf, count] = [0, 0];
  const end = start + bytes.readUInt32BE(start);
  for (let at = start + 8; at + 8 <= end; at += sizeAt(bytes, at, end)) {
    if (bytes.readUInt32BE(at + 4) !== TRAF) continue;
    traf = at;
    count++;
  }
  if (count !== 1) throw new NoPlaceForTfdt(`a moof has ${count} tracks`);
  return readTraf(bytes, traf);
}

function readTraf(bytes: Buffer, traf: number): TrackMoof {
  let [tfhd, hasTfdt] = [0, false];
  const [runs, saios]: [number[], number[]] = [[], []];
  const end = traf + bytes.readUInt32BE(traf);
  for (let at = traf + 8; at + 8 <= end; at += sizeAt(bytes, at, end)) {
    const type = bytes.readUInt32BE(at + 4);
    if (type === TRUN) runs.push(at);
    else if (type === TFHD) tfhd = at;
    else if (type === TFDT) hasTfdt = true;
    else if (type === SAIO) saios.push(at);
  }
  if (tfhd === 0 || runs.length === 0)
    throw new NoPlaceForTfdt("a traf has no tfhd or no trun");
  const tfhdEnd = tfhd + bytes.readUInt32BE(tfhd);
  return { traf, tfhd, tfhdEnd, hasTfdt, runs, saios };
}

/** The size of a box in a box that ends at `end`. */
function sizeAt(bytes: Buffer, at: number, end: number): number {
  const size = bytes.readUInt32BE(at);
  if (size >= 8 && at + size <= Math.min(end, bytes.length)) return size;
  throw new NoPlaceForTfdt("a box of a moof is damaged");
}

/** tr_flags. ISO/IEC 14496-12 8.8.8.1 */
const RUN = {
  dataOffset: 0x000001,
  firstFlags: 0x000004,
  duration: 0x000100,
  size: 0x000200,
  flags: 0x000400,
  compositionOffset: 0x000800,
} as const;

function moveRun(
  bytes: Buffer,
  run: number,
  further: number,
  hasBase: boolean,
): void {
  const flags = bytes.readUInt32BE(run + 8) & 0xffffff;
  bytes.writeUInt32BE(0x01000000 | flags, run + 8);
  if (flags & RUN.dataOffset) {
    const offset = bytes.readInt32BE(run + 16) + further;
    bytes.writeInt32BE(offset, run + 16);
  } else if (hasBase)
    throw new NoPlaceForTfdt("a run of samples has no data offset");
}

/** Fields of 32 bits before the composition offset of the first sample. */
const BEFORE_OFFSET = [
  ...[RUN.dataOffset, RUN.firstFlags],
  ...[RUN.duration, RUN.size, RUN.flags],
];

/** The composition offset of the first sample of a trun, as {@link readFirstMoof} takes it. @throws RangeError */
export function firstCompositionOffset(trun: Buffer): number {
  return compositionOffset(trun, 0);
}

/** The composition offset of the first sample; readers of Smooth take it as signed in either version. */
function compositionOffset(bytes: Buffer, run: number): number {
  const flags = bytes.readUInt32BE(run + 8);
  const hasSamples = bytes.readUInt32BE(run + 12) > 0;
  if (!(flags & RUN.compositionOffset) || !hasSamples) return 0;
  let before = 0;
  for (const flag of BEFORE_OFFSET) if (flags & flag) before++;
  return bytes.readInt32BE(run + 16 + 4 * before);
}

/** ISO/IEC 14496-12 8.7.9 */
function moveSaio(bytes: Buffer, saio: number, further: number): void {
  const flags = bytes.readUInt32BE(saio + 8);
  const countAt = saio + 12 + (flags & 1 ? 8 : 0);
  const isLong = flags >>> 24 === 1;
  const width = isLong ? 8 : 4;
  const end = saio + bytes.readUInt32BE(saio);
  const count = bytes.readUInt32BE(countAt);
  for (let i = 0, at = countAt + 4; i < count && at + width <= end; i++) {
    if (isLong)
      bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at) + BigInt(further), at);
    else bytes.writeUInt32BE(bytes.readUInt32BE(at) + further, at);
    at += width;
  }
}
