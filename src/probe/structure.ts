import { open, type FileHandle } from "node:fs/promises";
import { readAt, scanBoxes } from "../isobmff/scan.js";
import { PackError } from "../errors.js";
import { hasFragments, readMovie } from "../isobmff/read-movie.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import { at } from "../media/track.js";

/**
 * Does a file end before its outermost parts do? Where they are whole, or where a
 * recorder writes none, a header that claims a longer film is only wrong. For unknown
 * containers the header is believed.
 */
export async function cutOffInStructure(
  path: string,
  container: string,
  sizeBytes: number,
): Promise<boolean> {
  const endOf = container.split(",").flatMap((name) => ENDS[name] ?? [])[0];
  if (endOf === undefined || sizeBytes === 0) return true;
  const file = await open(path, "r");
  try {
    return (await endOf(file, sizeBytes)) > sizeBytes;
  } finally {
    await file.close();
  }
}

/** The least length of a whole file; 0 when the file does not give it. */
type ReadLeastLength = (file: FileHandle, sizeBytes: number) => Promise<number>;

const ENDS: Readonly<Record<string, ReadLeastLength>> = {
  mp4: endOfBoxes,
  matroska: endOfSegment,
  avi: endOfRiff,
};

/** Fragments are written as a recording goes on: after a break the file is as long as it is. */
async function endOfBoxes(file: FileHandle, size: number): Promise<number> {
  let end = 0;
  for await (const span of scanBoxes(file, size)) {
    if (span.type === "moof") return 0;
    end = Math.max(end, span.start + span.size);
  }
  return end;
}

/** The end of the first list alone: large files have several. */
async function endOfRiff(file: FileHandle): Promise<number> {
  const head = Buffer.from(await readAt(file, 0, 8));
  return head.length < 8 ? 0 : 8 + head.readUInt32LE(4);
}

/** An EBML header, then the segment, whose size may be unknown: all ones. RFC 8794 4, 6.2 */
async function endOfSegment(file: FileHandle): Promise<number> {
  const head = Buffer.from(await readAt(file, 0, 256));
  const header = elementAt(head, 0);
  const segment = header && elementAt(head, header.begin + header.size);
  return segment ? segment.begin + segment.size : 0;
}

/** The start of an element's content, and its number of bytes; undefined when unknown. */
function elementAt(
  bytes: Buffer,
  start: number,
): { begin: number; size: number } | undefined {
  const idLength = lengthOf(bytes[start]);
  const at = start + idLength;
  const length = lengthOf(bytes[at]);
  if (idLength > 4 || length > 8 || at + length > bytes.length)
    return undefined;
  const marker = 1n << BigInt(7 * length);
  const size = BigInt(`0x${bytes.toString("hex", at, at + length)}`) - marker;
  return size === marker - 1n
    ? undefined
    : { begin: at + length, size: Number(size) };
}

/** The length of a variable-length number, by the zeros in front of it. */
function lengthOf(first = 0): number {
  return Math.clz32(first) - 24 + 1;
}

/** Frame times need no second look when they lie nearer together than this. */
const USUAL_SECONDS = 10;

/** A header may count delays and the last frame in another way. */
const SAME_LENGTH_SECONDS = 60;

/**
 * Does an MP4 give the time of every frame in its tables, in order, and does its header
 * claim no more? Then its header is right. No media is read.
 */
export async function hasPlainTables(
  path: string,
  claimedSeconds: number,
): Promise<boolean> {
  try {
    if (await hasFragments(path)) return false;
    const movie = await readMovie(path);
    const ends = movie.map(endOf);
    return (
      movie.every(isPlain) &&
      claimedSeconds <= Math.max(0, ...ends) + SAME_LENGTH_SECONDS
    );
  } catch (error) {
    // ffmpeg may read what we cannot.
    if (error instanceof PackError || error instanceof RangeError) return false;
    throw error;
  }
}

function isPlain({ samples, timescale }: MovieTrack): boolean {
  const most = USUAL_SECONDS * timescale;
  for (let i = 0; i < samples.count; i++) {
    const lasts = at(samples.decodeTime, i + 1) - at(samples.decodeTime, i);
    if (lasts > most || Math.abs(at(samples.compositionOffset, i)) > most)
      return false;
  }
  return true;
}

function endOf({ samples, timescale, edits, movieTimescale }: MovieTrack) {
  const delay = edits
    .filter(({ mediaTime }) => mediaTime < 0)
    .reduce((sum, { segmentDuration }) => sum + segmentDuration, 0);
  return (
    at(samples.decodeTime, samples.count) / timescale + delay / movieTimescale
  );
}
