import { readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { messageOf, throwIfAborted } from "../errors.js";
import { openFile } from "../isobmff/scan.js";
import type { Findings } from "./finding.js";
import { readIndex, type TrackReader } from "./track-index.js";

/** A moof of a few seconds and, behind it, the messages (SEI) before the first picture. */
const HEAD_SIZE = 8192;

/** A moof larger than this is a lie: 100,000 samples in a fragment take 1.2 MB. */
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

/** When fragment `i` begins, and where it lies in the file, as the index says. */
export function fragmentSpan({ index, mfraOffset }: TrackReader, i: number) {
  const entry = index[i] ?? { time: 0n, moof_offset: mfraOffset };
  const end = index[i + 1]?.moof_offset ?? mfraOffset;
  return { time: entry.time, begin: entry.moof_offset, end };
}

/** After so many fragments other work gets its turn: signals, a server's requests. */
const FRAGMENTS_A_TURN = 16;

/**
 * The first bytes of every fragment in turn, at least its whole moof where that
 * is there; good until the next are asked for. Read synchronously: a film has ten thousand fragments, and waiting
 * for a thread for each takes three times as long as all the rest of the check.
 */
export async function* readHeads(
  reader: TrackReader,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(HEAD_SIZE);
  for (let i = 0; i < reader.index.length; i++) {
    if (i % FRAGMENTS_A_TURN === 0) await setImmediate();
    throwIfAborted(signal);
    yield readHead(reader, i, buffer);
  }
}

function readHead(
  reader: TrackReader,
  i: number,
  buffer: Uint8Array,
): Uint8Array {
  const { begin, end } = fragmentSpan(reader, i);
  const extent = Math.max(0, end - begin);
  const head = readInto(
    buffer.subarray(0, Math.min(HEAD_SIZE, extent)),
    reader.file.fd,
    begin,
  );
  if (head.length < 8) return head;
  const moofSize = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const wanted = Math.min(moofSize + HEAD_SIZE / 2, extent, MAX_HEAD_SIZE);
  if (wanted <= head.length) return head;
  return readInto(Buffer.allocUnsafe(wanted), reader.file.fd, begin);
}

function readInto(
  buffer: Uint8Array,
  fd: number,
  position: number,
): Uint8Array {
  const read = readSync(fd, buffer, 0, buffer.length, position);
  return buffer.subarray(0, read);
}

export type { IndexEntry, TrackReader } from "./track-index.js";
