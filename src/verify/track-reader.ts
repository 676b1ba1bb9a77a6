import { readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { messageOf, throwIfAborted } from "../errors.js";
import { latin1, viewOf } from "../isobmff/bytes.js";
import {
  TFRA_HEAD,
  tfraLayout,
  type TfraLayout,
} from "../isobmff/fragment-index.js";
import {
  childBox,
  childBoxes,
  numberField,
  payloadOf,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import { openFile, readAt } from "../isobmff/scan.js";
import { parseBoxes } from "../isobmff/source.js";
import type { Findings, FindingPlace } from "./finding.js";

/** The size of a moof of a few seconds and of the messages (SEI) in front of the first picture. */
const HEAD_SIZE = 8192;

/** A larger moof is not believed: 100,000 samples in a fragment take 1.2 MB. */
const MAX_HEAD_SIZE = 16 * 1024 * 1024;

/**
 * Opens a track file and reads its index.
 * @returns undefined, with a finding, when there is no index to go by
 */
export async function openTrack(
  folder: string,
  name: string,
  trackId: number,
  findings: Findings,
): Promise<TrackReader | undefined> {
  const file = await openFile(join(folder, name)).catch((error: unknown) => {
    findings.in(name).fault("file", `cannot be opened (${messageOf(error)})`);
  });
  if (!file) return undefined;
  const reader = await readOrClose(file, name, trackId, findings);
  if (reader === undefined) await file.close();
  return reader;
}

async function readOrClose(
  file: FileHandle,
  name: string,
  trackId: number,
  findings: Findings,
): Promise<TrackReader | undefined> {
  try {
    return await readIndex(file, name, trackId, findings);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The begin of fragment `i` and its place in the file, by the index. */
export function fragmentSpan({ index, mfraOffset }: TrackReader, i: number) {
  const begin = index.offset[i] ?? mfraOffset;
  const end = index.offset[i + 1] ?? mfraOffset;
  return { time: index.time[i] ?? 0n, begin, end };
}

/** After this many fragments other work gets its turn: signals, a server's requests. */
const FRAGMENTS_A_TURN = 16;

/**
 * The first bytes of fragments in turn, at least the whole moof if there is one.
 * Valid until the next call. Read synchronously: a film has ten thousand fragments, and
 * waiting for a thread for each takes three times as long as all the rest of the check.
 *
 * @param isWhole all fragments, not only the first and the last one
 */
export async function* readHeads(
  reader: TrackReader,
  isWhole: boolean,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly i: number; readonly head: Uint8Array }> {
  const window = new HeadWindow(reader);
  const last = reader.index.length - 1;
  for (let i = 0; i <= last; i += isWhole ? 1 : Math.max(1, last)) {
    if (i % FRAGMENTS_A_TURN === 0) await setImmediate();
    throwIfAborted(signal);
    yield { i, head: window.head(i) };
  }
}

/** A whole fragment whose head is read already. */
export function readWhole(
  reader: TrackReader,
  i: number,
  head: Uint8Array,
): Uint8Array {
  const { begin, end } = fragmentSpan(reader, i);
  if (head.length >= end - begin) return head;
  return readInto(Buffer.allocUnsafe(end - begin), reader.file.fd, begin);
}

/** Fragments of captions are small: one read serves hundreds. */
const WINDOW_SIZE = 256 * 1024;

class HeadWindow {
  readonly #buffer = Buffer.allocUnsafe(HEAD_SIZE);
  /** For small fragments. */
  #window: Uint8Array = new Uint8Array();
  #begin = 0;
  /** Where the small fragment before ends. */
  #next = -1;

  constructor(private readonly reader: TrackReader) {}

  head(i: number): Uint8Array {
    const { begin, end } = fragmentSpan(this.reader, i);
    const extent = Math.max(0, end - begin);
    const { fd } = this.reader.file;
    if (extent <= HEAD_SIZE) return this.#small(begin, extent);
    const head = readInto(this.#buffer, fd, begin);
    if (head.length < 8) return head;
    const moofSize = viewOf(head).getUint32(0);
    const wanted = Math.min(moofSize + HEAD_SIZE / 2, extent, MAX_HEAD_SIZE);
    if (wanted <= head.length) return head;
    return readInto(Buffer.allocUnsafe(wanted), fd, begin);
  }

  #small(begin: number, extent: number): Uint8Array {
    const end = this.#begin + this.#window.length;
    if (begin < this.#begin || begin + extent > end)
      this.#move(begin, begin === this.#next ? WINDOW_SIZE : extent);
    this.#next = begin + extent;
    const from = begin - this.#begin;
    return this.#window.subarray(from, from + extent);
  }

  #move(begin: number, length: number): void {
    const { buffer } = this.#window;
    const room =
      buffer.byteLength === WINDOW_SIZE
        ? new Uint8Array(buffer)
        : new Uint8Array(WINDOW_SIZE);
    const wanted = room.subarray(0, length);
    this.#window = readInto(wanted, this.reader.file.fd, begin);
    this.#begin = begin;
  }
}

function readInto(
  buffer: Uint8Array,
  fd: number,
  position: number,
): Uint8Array {
  const read = readSync(fd, buffer, 0, buffer.length, position);
  return buffer.subarray(0, read);
}

/**
 * The rows of the tfra box, as columns: an object for each would be garbage that stays for long,
 * as twenty captions of a film have 100,000 rows.
 */
export interface FragmentIndex {
  readonly length: number;
  readonly time: BigInt64Array;
  /** Of the moof. */
  readonly offset: Float64Array;
  /** The numbers of traf, trun and sample, of rows where they are not all 1. */
  readonly others: ReadonlyMap<number, readonly number[]>;
}

/** An open track file of a package, read like an origin reads it: from the index at its end. */
export interface TrackReader {
  readonly name: string;
  readonly file: FileHandle;
  /** ftyp, moov and all other boxes in front of the first fragment. */
  readonly header: readonly ParsedBox[];
  readonly trackId: number;
  readonly index: FragmentIndex;
  /** The begin of the mfra, which is the end of the last fragment. */
  readonly mfraOffset: number;
}

/** A larger index is not believed: a week of two-second fragments takes 6 MB. */
const MOST_INDEX = 16 * 1024 * 1024;

/**
 * Our files have less than a kilobyte in front of the first fragment; covers and texts of
 * other makers take up to a few megabytes.
 */
const MOST_HEADER = 16 * 1024 * 1024;

/**
 * Reads the places of the fragments, and the boxes in front of them.
 * @returns undefined, with a finding, when there is no index to go by
 */
async function readIndex(
  file: FileHandle,
  name: string,
  trackId: number,
  findings: Findings,
): Promise<TrackReader | undefined> {
  const place = findings.in(name);
  const { size } = await file.stat();
  const mfraSize = await readMfraSize(file, size);
  const mfraOffset = size - mfraSize;
  const [mfra] = await parseAt(file, mfraOffset, mfraSize, "index", place);
  const damaged = (box: ParsedBox, why: string) =>
    place.fault(
      "index",
      `cannot be parsed: tfra at ${mfraOffset + box.start} is damaged (${why})`,
    );
  const index = entriesOf(mfra, trackId, damaged);
  const [headerSize] = index.offset;
  if (mfra?.type !== "mfra" || headerSize === undefined) {
    const what = `no mfra at the end of the file with entries for track ${trackId}`;
    place.fault("index", what);
    return undefined;
  }
  const mfro = childBox(mfra, "mfro");
  const announcedSize = mfro && numberField(mfro, "_size");
  place.expect("index", "size in mfro", announcedSize, mfra.size);
  if (!goesForward(index, mfraOffset, place)) return undefined;
  if (headerSize > MOST_HEADER) {
    const what = "bytes before the first fragment";
    place.wrong("header", what, headerSize, `at most ${MOST_HEADER}`);
    return undefined;
  }
  const header = await parseAt(file, 0, headerSize, "header", place);
  return { name, file, header, trackId, index, mfraOffset };
}

async function parseAt(
  file: FileHandle,
  position: number,
  length: number,
  rule: string,
  place: FindingPlace,
): Promise<ParsedBox[]> {
  const bytes = await readAt(file, position, length);
  const onError = (message: string) =>
    place.fault(rule, `cannot be parsed: ${message}`);
  return parseBoxes(bytes, onError, TFRA, position);
}

/** Its rows are read from the bytes: an object for each would be garbage, see FragmentIndex. */
const TFRA: ReadonlySet<string> = new Set(["tfra"]);

/** With an index that goes back and forth, the same fragments would be read again and again. */
function goesForward(
  { offset: offsets }: FragmentIndex,
  mfraOffset: number,
  place: FindingPlace,
): boolean {
  let least = 0;
  for (const [i, offset] of offsets.entries()) {
    if (offset < least || offset > mfraOffset) {
      const what = `position of entry ${i + 1}`;
      place.wrong("index", what, offset, `${least} to ${mfraOffset}`);
      return false;
    }
    least = offset;
  }
  return true;
}

function entriesOf(
  mfra: ParsedBox | undefined,
  trackId: number,
  damaged: (box: ParsedBox, why: string) => void,
): FragmentIndex {
  let index: FragmentIndex | undefined;
  for (const box of mfra ? childBoxes(mfra, "tfra") : []) {
    const view = viewOf(payloadOf(box));
    try {
      const layout = tfraLayout(view);
      if (layout.trackId === trackId) index ??= readRows(view, layout);
    } catch (error) {
      damaged(box, messageOf(error));
      return NO_INDEX;
    }
  }
  return index ?? NO_INDEX;
}

const NO_INDEX: FragmentIndex = {
  length: 0,
  time: new BigInt64Array(),
  offset: new Float64Array(),
  others: new Map(),
};

/** ISO/IEC 14496-12 8.8.10 */
function readRows(
  view: DataView,
  { count: length, isLong, rowSize }: TfraLayout,
): FragmentIndex {
  const time = new BigInt64Array(length);
  const offset = new Float64Array(length);
  const others = new Map<number, readonly number[]>();
  const numbers = isLong ? 16 : 8;
  for (let i = 0, at = TFRA_HEAD; i < length; i++, at += rowSize) {
    time[i] = isLong ? view.getBigInt64(at) : BigInt(view.getUint32(at));
    offset[i] = isLong
      ? Number(view.getBigUint64(at + 8))
      : view.getUint32(at + 4);
    if (!areOnes(view, at + numbers, rowSize - numbers))
      others.set(i, numbersAt(view, at + numbers));
  }
  return { length, time, offset, others };
}

/** Traf, trun and sample are 1, as one byte each. */
function areOnes(view: DataView, at: number, size: number): boolean {
  return (
    size === 3 && view.getUint16(at) === 0x0101 && view.getUint8(at + 2) === 1
  );
}

/** The numbers of traf, trun and sample, each of one to four bytes. */
function numbersAt(view: DataView, begin: number): number[] {
  const lengths = view.getUint8(11);
  let at = begin;
  return [4, 2, 0].map((shift) => {
    const end = at + ((lengths >> shift) & 3) + 1;
    let number = 0;
    for (; at < end; at++) number = number * 256 + view.getUint8(at);
    return number;
  });
}

/** The last 16 bytes are an mfro box with the size of the mfra. ISO/IEC 14496-12 8.8.11 */
async function readMfraSize(
  file: FileHandle,
  fileSize: number,
): Promise<number> {
  const tail = await readAt(file, Math.max(0, fileSize - 16), 16);
  const type = latin1(tail, 4, 4);
  if (tail.length < 16 || type !== "mfro") return 0;
  const size = new DataView(tail.buffer, tail.byteOffset).getUint32(12);
  return size <= Math.min(fileSize, MOST_INDEX) ? size : 0;
}
