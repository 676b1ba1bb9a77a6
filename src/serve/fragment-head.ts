import { MAX_MOOF_SIZE } from "../isobmff/movie.js";
import { readAt } from "../isobmff/scan.js";
import type { OpenFile } from "./open-files.js";

/** Where the parts of a fragment lie, counted from its first byte. */
export interface FragmentHead {
  readonly moofSize: number;
  /** First byte of the samples. */
  readonly dataBegin: number;
  /** Size of the whole fragment. */
  readonly size: number;
}

/** The index gives a place at which there is no fragment. */
export class NoFragment extends Error {
  override readonly name = "NoFragment";
}

const MOOF = 0x6d6f6f66;
const MDAT = 0x6d646174;
const TFHD = 0x74666864;

/** Boxes that may stand between moof and mdat. */
const MOST_BETWEEN = 4;

/**
 * Reads the box headers of a fragment: a moof, then an mdat. ISO/IEC 14496-12 4.2
 *
 * @param bytes the first bytes of the fragment
 * @param limit bytes up to the begin of the next fragment
 * @param trackId of the track that it must be of
 * @returns undefined when `bytes` end before the samples begin
 * @throws NoFragment when the bytes are something else
 */
export function headIn(
  bytes: Buffer,
  limit: number,
  trackId?: number,
): FragmentHead | undefined {
  if (bytes.length < 8) return undefined;
  const moofSize = bytes.readUInt32BE(0);
  if (bytes.readUInt32BE(4) !== MOOF || moofSize < 16 || moofSize > limit)
    throw new NoFragment("no moof");
  if (trackId !== undefined && isOfOther(bytes, trackId))
    throw new NoFragment("another track");
  let at = moofSize;
  for (let i = 0; i <= MOST_BETWEEN; i++) {
    if (at + 16 > Math.min(bytes.length, limit)) break;
    const size = bytes.readUInt32BE(at);
    if (bytes.readUInt32BE(at + 4) === MDAT)
      return mdatAt(bytes, at, size, limit, moofSize);
    if (size < 8) throw new NoFragment("no mdat");
    at += size;
  }
  return headOfSmall(bytes, at, limit, moofSize);
}

/** Is this the moof of another track? Looks only where the tfhd nearly always is: behind mfhd and traf. */
function isOfOther(bytes: Buffer, trackId: number): boolean {
  return (
    bytes.length >= USUAL_TFHD + 16 &&
    bytes.readUInt32BE(USUAL_TFHD + 4) === TFHD &&
    bytes.readUInt32BE(USUAL_TFHD + 12) !== trackId
  );
}

/** The headers of moof and traf, and an mfhd. */
const USUAL_TFHD = 8 + 16 + 8;

function mdatAt(
  bytes: Buffer,
  at: number,
  size: number,
  limit: number,
  moofSize: number,
): FragmentHead {
  const isLong = size === 1;
  const long = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : size;
  const whole = at + (size === 0 ? limit - at : long);
  const dataBegin = at + (isLong ? 16 : 8);
  if (whole > limit || whole < dataBegin)
    throw new NoFragment("mdat of a wrong size");
  return { moofSize, dataBegin, size: whole };
}

/** At the very end, an mdat of less than 8 bytes does not have 16 bytes to look at. */
function headOfSmall(
  bytes: Buffer,
  at: number,
  limit: number,
  moofSize: number,
): FragmentHead | undefined {
  const isAll = bytes.length >= limit && at + 8 <= limit;
  if (!isAll) return undefined;
  const size = bytes.readUInt32BE(at);
  if (bytes.readUInt32BE(at + 4) !== MDAT || size < 8 || at + size > limit)
    throw new NoFragment("no mdat");
  return { moofSize, dataBegin: at + 8, size: at + size };
}

/** Enough for the moof of a second, and for the mdat's header. */
const FIRST_LOOK = 4096;

/** The same, from the file. */
export async function readHead(
  { handle }: OpenFile,
  begin: number,
  limit: number,
  trackId: number,
): Promise<FragmentHead> {
  let leastBytes = FIRST_LOOK;
  for (;;) {
    const length = Math.min(leastBytes, limit);
    const bytes = (await readAt(handle, begin, length)) as Buffer;
    const head = headIn(bytes, limit, trackId);
    if (head !== undefined) return head;
    if (bytes.length < length || length === limit || leastBytes > MAX_MOOF_SIZE)
      throw new NoFragment("no mdat");
    leastBytes =
      Math.min(bytes.readUInt32BE(0), MAX_MOOF_SIZE) + 2 * leastBytes;
  }
}
