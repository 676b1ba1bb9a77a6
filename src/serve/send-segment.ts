import { messageOf } from "../errors.js";
import { NoPlaceForTfdt, putTfdt, TFDT_SIZE } from "../isobmff/put-tfdt.js";
import { readAt } from "../isobmff/scan.js";
import { rescaleExact } from "../media/time.js";
import type { RememberedAnswer } from "./answer-cache.js";
import type { Exchange } from "./exchange.js";
import { headIn, NoFragment, type FragmentHead } from "./fragment-head.js";
import type { LevelInit } from "./init-segments.js";
import { FileChanged, isUnchanged, type OpenFile } from "./open-files.js";
import { readFully } from "./read-bytes.js";
import {
  describe,
  headOf,
  limitOf,
  type ServedFragment,
} from "./send-fragment.js";
import {
  headersOf,
  isSettled,
  lengthLine,
  putBuffer,
  sendPart,
  type FileReading,
} from "./send-part.js";

/** What the next answer to this address needs. */
type SentSegment = Pick<
  RememberedAnswer,
  "file" | "begin" | "size" | "tfdtTime" | "headers"
>;

/**
 * Sends a fragment as a segment of DASH and HLS: with a tfdt, which fragments of Smooth need not
 * have. All other bytes stay as they are in the file.
 *
 * @returns the segment, when all of it was sent out of one buffer
 * @throws FileChanged, NoFragment as sendFragment does
 */
export async function sendSegment(
  exchange: Exchange,
  fragment: ServedFragment,
  init: LevelInit,
  reading: FileReading,
): Promise<SentSegment | undefined> {
  const part = describe(fragment, "s");
  if (await isSettled(exchange, part)) return undefined;
  const time = tfdtTimeOf(fragment, init);
  const { isHead, request } = exchange;
  if (!isHead && request.headers.range === undefined) {
    const sent = await sendWhole(exchange, fragment, time, reading);
    if (sent !== undefined) return sent;
  }
  if (!exchange.response.headersSent)
    await sendInPieces(exchange, fragment, time, reading);
  return undefined;
}

/** When the first sample is shown, in ticks of the file, with what the edit list takes off again. */
function tfdtTimeOf(
  { level, number }: ServedFragment,
  { timescale, firstOffset }: LevelInit,
): bigint {
  const time = level.fragments.time[number] ?? 0n;
  const own = rescaleExact(time, level.stream.timescale, timescale);
  return own + BigInt(firstOffset);
}

/** The usual way: one read, of a fragment that fits into a buffer. */
async function sendWhole(
  exchange: Exchange,
  fragment: ServedFragment,
  tfdtTime: bigint,
  { open, pool }: FileReading,
): Promise<SentSegment | undefined> {
  const limit = limitOf(fragment);
  const part = describe(fragment, "s");
  const { file, begin } = part;
  const buffer = pool.take(limit + TFDT_SIZE);
  const isFit = buffer.length >= limit + TFDT_SIZE;
  let ready: { size: number; first: number } | undefined;
  try {
    if (isFit) {
      const place = buffer.subarray(TFDT_SIZE);
      await readFully(open, place, limit, begin);
      const { trackId } = fragment.level;
      const size = headIn(place.subarray(0, limit), limit, trackId)?.size;
      if (!isUnchanged(open, file)) throw new FileChanged(file.path);
      if (size !== undefined)
        ready = { size, first: put(buffer, tfdtTime, begin) };
    }
  } catch (error) {
    pool.give(buffer);
    throw error;
  }
  if (ready === undefined) {
    pool.give(buffer);
    return undefined;
  }
  const { size, first } = ready;
  const end = TFDT_SIZE + size;
  const length = end - first;
  const headers = [
    ...headersOf({ ...part, size: length }),
    ...lengthLine(length),
  ];
  exchange.response.writeHead(200, headers);
  await putBuffer(exchange, pool, buffer, first, end, true);
  return { file, begin, size, tfdtTime, headers };
}

/** Every other way: the moof is held in memory, the samples are read as they are sent. */
async function sendInPieces(
  exchange: Exchange,
  fragment: ServedFragment,
  time: bigint,
  reading: FileReading,
): Promise<void> {
  const { open } = reading;
  const part = describe(fragment, "s");
  const head = await headOf(fragment, open);
  const moof = await movedMoof(part.begin, head, time, open);
  if (!isUnchanged(open, part.file)) throw new FileChanged(part.file.path);
  const growth = moof.length - head.moofSize;
  const read: typeof readFully = async (file, buffer, length, position) => {
    const first = Math.min(length, Math.max(0, moof.length - position));
    if (first > 0) moof.copy(buffer, 0, position, position + first);
    if (first === length) return;
    const from = part.begin + position + first - growth;
    await readFully(file, buffer.subarray(first), length - first, from);
  };
  const made = { ...part, begin: 0, size: head.size + growth };
  await sendPart(exchange, made, { ...reading, read });
}

async function movedMoof(
  begin: number,
  { moofSize }: FragmentHead,
  time: bigint,
  { handle }: OpenFile,
): Promise<Buffer> {
  const bytes = Buffer.alloc(TFDT_SIZE + moofSize);
  bytes.set(await readAt(handle, begin, moofSize), TFDT_SIZE);
  return bytes.subarray(put(bytes, time, begin));
}

function put(bytes: Buffer, time: bigint, begin: number): number {
  try {
    return putTfdt(bytes, time, begin);
  } catch (error) {
    if (error instanceof NoPlaceForTfdt || error instanceof RangeError)
      throw new NoFragment(messageOf(error));
    throw error;
  }
}
