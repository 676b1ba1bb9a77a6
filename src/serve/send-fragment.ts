import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import type { StreamKind } from "../media/track.js";
import { lastNotAfter } from "../smooth/read-streams.js";
import type { Exchange } from "./exchange.js";
import { headIn, readHead, type FragmentHead } from "./fragment-head.js";
import {
  isUnchanged,
  FileChanged,
  type OpenFile,
  type ServedFile,
} from "./open-files.js";
import type { ServedLevel } from "./package.js";
import { readFully } from "./read-bytes.js";
import {
  headersOf,
  isSettled,
  lengthLine,
  type ServedPart,
  putBuffer,
  sendFrom,
  sendPart,
  type FileReading,
} from "./send-part.js";

/** A fragment of a level, with the facts from its address. */
export interface ServedFragment {
  readonly level: ServedLevel;
  /** Its number in the level. */
  readonly number: number;
  /** In 10 MHz ticks; undefined when unknown. */
  readonly duration: number | undefined;
}

/** A whole fragment that was sent. */
export interface SentFragment {
  readonly file: ServedFile;
  readonly begin: number;
  readonly size: number;
  readonly headers: string[];
}

/**
 * A day. A fragment does not change while its film does not, but its address has no version. After
 * a film was replaced by one with the same bitrates, caches must not mix both for long. To ask
 * again costs a 304.
 */
const KEEP = "public, max-age=86400";

const TYPES = {
  video: "video/mp4",
  audio: "audio/mp4",
  text: "application/mp4",
} as const;

export function mediaType(kind: StreamKind): string {
  return TYPES[kind];
}

/** Describes a fragment as a part of a file, without its size. */
export function describe(
  fragment: ServedFragment,
  suffix = "",
): Omit<ServedPart, "size"> {
  const { level, number, duration } = fragment;
  const { file, stream, fragments } = level;
  const begin = fragments.offset[number] ?? 0;
  return {
    file,
    begin,
    etag: `"${file.identity}-${begin.toString(36)}${suffix}"`,
    headers: [
      "Content-Type",
      TYPES[stream.type],
      "Cache-Control",
      KEEP,
      "Mss-Fragment-Time",
      String(timeOf(fragment)),
      ...(duration === undefined
        ? []
        : ["Mss-Fragment-Duration", String(duration)]),
    ],
  };
}

/** The largest possible size of a fragment in bytes. */
export function limitOf({ level, number }: ServedFragment): number {
  const { offset, end } = level.fragments;
  return (end[number] ?? 0) - (offset[number] ?? 0);
}

/**
 * Sends a moof and its mdat unchanged from the file.
 *
 * The usual request, for the whole fragment, reads once: the bytes to be sent contain the size.
 *
 * @returns the fragment, when all of it was sent out of one buffer
 * @throws FileChanged when the file has changed since it was indexed
 * @throws NoFragment when the index is wrong
 */
export async function sendFragment(
  exchange: Exchange,
  fragment: ServedFragment,
  reading: FileReading,
): Promise<SentFragment | undefined> {
  const { request } = exchange;
  const part = describe(fragment);
  if (await isSettled(exchange, part)) return undefined;
  if (exchange.isHead || request.headers.range !== undefined) {
    const { size } = await headOf(fragment, reading.open);
    await sendPart(exchange, { ...part, size }, reading);
    return undefined;
  }
  return sendWhole(exchange, part, fragment, reading);
}

async function sendWhole(
  exchange: Exchange,
  part: Omit<ServedPart, "size">,
  fragment: ServedFragment,
  reading: FileReading,
): Promise<SentFragment | undefined> {
  const { open, pool } = reading;
  const { file, begin } = part;
  const limit = limitOf(fragment);
  const { trackId } = fragment.level;
  const buffer = pool.take(limit);
  const firstBytes = Math.min(buffer.length, limit);
  let head: FragmentHead;
  try {
    const place = { begin, limit, trackId };
    head = await readFirst(open, buffer, firstBytes, place);
    if (!isUnchanged(open, file)) throw new FileChanged(file.path);
  } catch (error) {
    pool.give(buffer);
    throw error;
  }
  const { size } = head;
  const headers = [...headersOf({ ...part, size }), ...lengthLine(size)];
  exchange.response.writeHead(200, headers);
  const first = Math.min(firstBytes, size);
  await putBuffer(exchange, pool, buffer, 0, first, first === size);
  if (first === size) return { file, begin, size, headers };
  const rest = { begin: begin + first, end: begin + size };
  await sendFrom(exchange, file, rest, reading, () => undefined);
  return undefined;
}

/** Where a fragment begins, its largest possible size, and whose it must be. */
interface FragmentPlace {
  readonly begin: number;
  readonly limit: number;
  readonly trackId: number;
}

async function readFirst(
  open: OpenFile,
  buffer: Buffer,
  firstBytes: number,
  { begin, limit, trackId }: FragmentPlace,
): Promise<FragmentHead> {
  await readFully(open, buffer, firstBytes, begin);
  return (
    headIn(buffer.subarray(0, firstBytes), limit, trackId) ??
    (await readHead(open, begin, limit, trackId))
  );
}

/** The places of a fragment's parts. */
export async function headOf(
  fragment: ServedFragment,
  open: OpenFile,
): Promise<FragmentHead> {
  const { level, number } = fragment;
  const begin = level.fragments.offset[number] ?? 0;
  return readHead(open, begin, limitOf(fragment), level.trackId);
}

/** The begin of a fragment, in 10 MHz ticks. */
export function timeOf({ level, number }: ServedFragment): bigint {
  const time = level.fragments.time[number] ?? 0n;
  return rescaleExact(time, level.stream.timescale, SMOOTH_TIMESCALE);
}

/** The duration of a fragment, in 10 MHz ticks: as announced, otherwise until the next begins. */
export function durationOf(
  { stream, fragments }: ServedLevel,
  number: number,
): number | undefined {
  const { timescale } = stream;
  const time = fragments.time[number] ?? 0n;
  const i = lastNotAfter(stream.times, time);
  const announcedDuration =
    stream.times[i] === time ? stream.durations[i] : undefined;
  const end =
    announcedDuration === undefined
      ? fragments.time[number + 1]
      : endOf(time, announcedDuration);
  if (end === undefined || !(end > time)) return undefined;
  const at = (ticks: bigint) =>
    rescaleExact(ticks, timescale, SMOOTH_TIMESCALE);
  return Number(at(end) - at(time));
}

function endOf(time: bigint, duration: number): bigint | undefined {
  return Number.isFinite(duration)
    ? time + BigInt(Math.round(duration))
    : undefined;
}
