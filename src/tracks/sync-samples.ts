import { setImmediate } from "node:timers/promises";
import { codecNamed, type Codec } from "../codecs/index.js";
import { messageOf, PackError } from "../errors.js";
import type { SyncSource } from "../isobmff/fragment-folder.js";
import { openAtOnce } from "../isobmff/media-source.js";
import { at, type SampleTable, type Track } from "../media/track.js";

/** A sample at which decoding may begin, by the file's flag or by its times. */
export interface PossibleStart {
  readonly sample: number;
  /** The first bytes: as many as the check needs. */
  readonly head: Uint8Array;
  /** Why decoding cannot begin there, by the stream itself. */
  readonly error: string | undefined;
  /** The file flags it as a sync sample. */
  readonly isFlagged: boolean;
  /** All samples decoded before it are shown before it, and all later ones later. */
  readonly isClosed: boolean;
}

/**
 * Makes the sync samples of a finished picture those that the stream itself has. A file
 * may flag recovery points, or miss IDR pictures: fragments often flag only their first
 * sample.
 */
export async function markSyncSamples(
  track: Track,
  path: string,
): Promise<void> {
  const starts = possibleStarts(track, path);
  while (!(await starts.next()).done); // the reading corrects the flags
}

/**
 * Reads every sample that could be a sync sample, and corrects its flag. With B-pictures those are
 * few: hardly any other is shown when it is decoded. Without them it is every sample, so those that
 * neither the file nor the stream takes for one are left out at once.
 *
 * @throws PackError `input` when the file cannot be read
 */
export async function* possibleStarts(
  { samples, codec: name }: Track,
  path: string,
): AsyncGenerator<PossibleStart, void> {
  const codec = codecNamed(name);
  const heads = openHeads(path, codec);
  try {
    let looks = 0;
    const closed = isClosedAt(samples);
    for (let sample = 0; sample < samples.count; sample++) {
      const isFlagged = samples.sync[sample] === 1;
      const isClosed = closed(sample);
      if (!isClosed && !isFlagged) continue;
      if (looks++ % SAMPLES_A_TURN === 0) await setImmediate();
      if (!isFlagged && heads.isOther(samples, sample)) continue;
      const head = heads.read(samples, sample);
      const error = codec.firstSampleError(head);
      samples.sync[sample] = error === undefined ? 1 : 0;
      if (isFlagged || error === undefined)
        yield { sample, head, error, isFlagged, isClosed };
    }
  } finally {
    heads.close();
  }
}

/** Asked of one sample after another: are all before it shown before it, and all others later? */
function isClosedAt(samples: SampleTable): (sample: number) => boolean {
  let latest = -Infinity;
  return (sample) => {
    const offset = at(samples.compositionOffset, sample);
    const shown = at(samples.decodeTime, sample) + offset;
    // Pictures are decoded at the times at which pictures are shown. So a picture that is shown
    // when it is decoded has as many pictures before it in both orders.
    const isClosed = offset === 0 && latest < shown;
    latest = Math.max(latest, shown);
    return isClosed;
  };
}

/** The samples at which decoding may begin by their times alone. */
export function closedStarts(samples: SampleTable): number[] {
  const isClosed = isClosedAt(samples);
  return Array.from({ length: samples.count }, (_, i) => i).filter(isClosed);
}

/** After this many samples other work gets its turn. */
const SAMPLES_A_TURN = 256;

/** Parameter sets and messages before a picture rarely take more. Where they do, more is read. */
const HEAD_SIZE = 4096;
const LONGEST_HEAD = 1024 * 1024;

/** Nearly every picture that is no sync sample shows it here, and a short read takes a third of the time. */
const SHORT_HEAD = 64;

function openHeads(path: string, codec: Codec) {
  const source = open(path);
  const buffer = Buffer.allocUnsafe(HEAD_SIZE);
  const readInto = (bytes: Buffer, length: number, offset: number) => {
    try {
      return bytes.subarray(0, source.readSync(bytes, length, offset));
    } catch (cause) {
      throw unreadable(path, cause);
    }
  };
  const short = buffer.subarray(0, SHORT_HEAD);
  return {
    /** Do the very first bytes show that it is no sync sample? */
    isOther(samples: SampleTable, sample: number): boolean {
      const length = Math.min(at(samples.size, sample), SHORT_HEAD);
      const head = readInto(short, length, at(samples.offset, sample));
      return codec.isEnough(head) && codec.firstSampleError(head) !== undefined;
    },
    /** The bytes are good until the next read. */
    read(samples: SampleTable, sample: number): Uint8Array {
      const offset = at(samples.offset, sample);
      const size = at(samples.size, sample);
      const head = readInto(buffer, Math.min(size, HEAD_SIZE), offset);
      if (size <= HEAD_SIZE || codec.isEnough(head)) return head;
      const length = Math.min(size, LONGEST_HEAD);
      return readInto(Buffer.allocUnsafe(length), length, offset);
    },
    close: () => source.closeSync(),
  };
}

function open(path: string): SyncSource {
  try {
    return openAtOnce(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): PackError {
  const message = `${path}: cannot be read (${messageOf(cause)}).`;
  return new PackError("input", message, { cause });
}
