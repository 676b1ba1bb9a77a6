import { readSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { messageOf, throwIfAborted } from "../errors.js";
import {
  childBox,
  numberField,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import { readAt } from "../isobmff/scan.js";
import { parseBoxes } from "../isobmff/source.js";
import type { Findings } from "./finding.js";

/** A moof of a few seconds and, behind it, the messages (SEI) before the first picture. */
const HEAD_SIZE = 8192;

/** A moof larger than this is a lie: 100,000 samples in a fragment take 1.2 MB. */
const MAX_HEAD_SIZE = 16 * 1024 * 1024;

/** A row of the tfra box as it was read. */
export interface IndexEntry {
  readonly time: number;
  readonly moof_offset: number;
  readonly traf_number: number;
  readonly trun_number: number;
  readonly sample_delta: number;
}

/** An open track file of a package, read the way an origin reads it: from the index at its end. */
export interface TrackReader {
  readonly name: string;
  readonly file: FileHandle;
  /** ftyp, moov and whatever else stands before the first fragment. */
  readonly header: readonly ParsedBox[];
  readonly trackId: number;
  readonly index: readonly IndexEntry[];
  /** Where the mfra begins, which is where the last fragment ends. */
  readonly mfraOffset: number;
}

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
  const file = await open(join(folder, name), "r").catch((error: unknown) => {
    findings.in(name).fault("file", `cannot be opened (${messageOf(error)})`);
  });
  if (!file) return undefined;
  const reader = await readIndex(file, name, trackId, findings);
  if (reader === undefined) await file.close();
  return reader;
}

/** When fragment `i` begins, and where it lies in the file, as the index says. */
export function fragmentSpan({ index, mfraOffset }: TrackReader, i: number) {
  const entry = index[i] ?? { time: Number.NaN, moof_offset: mfraOffset };
  const end = index[i + 1]?.moof_offset ?? mfraOffset;
  return { time: entry.time, begin: entry.moof_offset, end };
}

/** After so many fragments other work gets its turn: signals, a server's requests. */
const FRAGMENTS_A_TURN = 16;

/**
 * The first bytes of every fragment in turn, at least its whole moof where that
 * is there. Read synchronously: a film has ten thousand fragments, and waiting
 * for a thread for each takes three times as long as all the rest of the check.
 */
export async function* readHeads(
  reader: TrackReader,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < reader.index.length; i++) {
    if (i % FRAGMENTS_A_TURN === 0) await setImmediate();
    throwIfAborted(signal);
    yield readHead(reader, i);
  }
}

function readHead(reader: TrackReader, i: number): Uint8Array {
  const { begin, end } = fragmentSpan(reader, i);
  const extent = Math.max(0, end - begin);
  const head = readNow(reader.file.fd, begin, Math.min(HEAD_SIZE, extent));
  if (head.length < 8) return head;
  const moofSize = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const wanted = Math.min(moofSize + HEAD_SIZE / 2, extent, MAX_HEAD_SIZE);
  return wanted <= head.length ? head : readNow(reader.file.fd, begin, wanted);
}

function readNow(fd: number, position: number, length: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
}

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
  const [mfra] = parseBoxes(await readAt(file, mfraOffset, mfraSize));
  const index = entriesOf(mfra, trackId);
  const first = index[0];
  if (mfra?.type !== "mfra" || first === undefined) {
    const what = `no mfra at the end of the file with entries for track ${trackId}`;
    place.fault("index", what);
    return undefined;
  }
  const mfro = childBox(mfra, "mfro");
  const told = mfro && numberField(mfro, "_size");
  place.expect("index", "size in mfro", told, mfra.size);
  const headerSize = Math.min(first.moof_offset, size);
  const header = parseBoxes(await readAt(file, 0, headerSize));
  return { name, file, header, trackId, index, mfraOffset };
}

function entriesOf(
  mfra: ParsedBox | undefined,
  trackId: number,
): readonly IndexEntry[] {
  const tfra = mfra?.children.find(
    (box) => box.type === "tfra" && numberField(box, "track_ID") === trackId,
  );
  return (tfra?.field("entries") ?? []) as readonly IndexEntry[];
}

/** The last 16 bytes are an mfro box that tells the size of the mfra. ISO/IEC 14496-12 8.8.11 */
async function readMfraSize(
  file: FileHandle,
  fileSize: number,
): Promise<number> {
  const tail = await readAt(file, Math.max(0, fileSize - 16), 16);
  const type = String.fromCharCode(...tail.subarray(4, 8));
  if (tail.length < 16 || type !== "mfro") return 0;
  const size = new DataView(tail.buffer, tail.byteOffset).getUint32(12);
  return size <= fileSize ? size : 0;
}
