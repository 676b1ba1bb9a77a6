import { createHash, type Hash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { codecNamed } from "../codecs/index.js";
import type { SubsampleTable } from "../drm/protected-samples.js";
import { encryptedInUnit, SubsampleColumns } from "../drm/subsamples.js";
import { PackError, throwIfAborted } from "../errors.js";
import { viewOf } from "../isobmff/bytes.js";
import { at, type Track } from "../media/track.js";
import { CopyFiles } from "./buffered-copy.js";
import { clearRanges, type ByteRange } from "./sample-ranges.js";

/** The facts about samples that protection needs before a byte is written. */
export interface ScannedSamples {
  /** undefined when samples are hidden whole. */
  readonly subsamples: SubsampleTable | undefined;
  /** SHA-256 of all samples, their sizes and subsamples; only on request. */
  readonly content: Uint8Array | undefined;
}

export interface SampleScanOptions {
  readonly isHashed: boolean;
  readonly signal: AbortSignal | undefined;
}

/** After this many bytes or samples other work gets its turn. */
const BYTES_A_TURN = 16 * 1024 * 1024;
const SAMPLES_A_TURN = 1024;

/**
 * Finds the units of each sample: reads some bytes of each unit, or the whole track for
 * its hash.
 *
 * @param name for messages
 * @throws PackError `input` for a picture whose units do not match their lengths or a
 * file that ends too early, `aborted`, and errors of the system
 */
export async function scanSamples(
  track: Track,
  name: string,
  { isHashed, signal }: SampleScanOptions,
): Promise<ScannedSamples> {
  const { samples, codec } = track;
  const { isSlice } = codecNamed(codec);
  const hash = isHashed ? createHash("sha256") : undefined;
  const columns = isSlice && new SubsampleColumns(samples.count);
  const reader = new SampleReader(track, name, isHashed);
  let bytes = 0;
  try {
    for (let i = 0; i < samples.count && (columns || hash); i++) {
      if (i % SAMPLES_A_TURN === 0 || bytes > BYTES_A_TURN) {
        await setImmediate();
        throwIfAborted(signal);
        bytes = 0;
      }
      if (columns) scanUnits(reader, i, isSlice, columns);
      if (hash) bytes += hashSample(reader, i, hash);
    }
  } finally {
    reader.close();
  }
  const subsamples = columns?.table();
  return { subsamples, content: hash && contentOf(hash, track, subsamples) };
}

/** Equal bytes with other cuts are other content: the same vector would hide other bytes. */
function contentOf(
  hash: Hash,
  { samples }: Track,
  subsamples: SubsampleTable | undefined,
): Uint8Array {
  // The same content for columns of any width.
  hash.update(new Uint32Array(samples.size));
  if (subsamples)
    hash
      .update(subsamples.first)
      .update(subsamples.clear)
      .update(subsamples.encrypted);
  return hash.digest();
}

function hashSample(reader: SampleReader, i: number, hash: Hash): number {
  const size = reader.size(i);
  for (let done = 0; done < size;) {
    const bytes = reader.read(i, done, size - done);
    hash.update(bytes);
    done += bytes.length;
  }
  return size;
}

/** A unit's length and its header. ISO/IEC 14496-15 5.2.3 */
const LENGTH_SIZE = 4;
const HEAD_SIZE = LENGTH_SIZE + 1;

/** The first slice mostly begins within this many bytes. */
const HEADS_AT_ONCE = 64;

function scanUnits(
  reader: SampleReader,
  i: number,
  isSlice: (header: number) => boolean,
  columns: SubsampleColumns,
): void {
  const size = reader.size(i);
  const clear: number[] = [];
  const encrypted: number[] = [];
  let [position, run] = [0, 0];
  while (position < size) {
    const left = size - position;
    const requestedLength = Math.min(left, HEADS_AT_ONCE);
    const head = reader.read(
      i,
      position,
      requestedLength,
      Math.min(left, HEAD_SIZE),
    );
    const length = left < LENGTH_SIZE ? left : viewOf(head).getUint32(0);
    const unit = LENGTH_SIZE + length;
    if (unit > left) throw reader.notUnits(i, position, length);
    const inHidden = isSlice(head[LENGTH_SIZE] ?? 0)
      ? encryptedInUnit(length)
      : 0;
    run += unit - inHidden;
    position += unit;
    if (inHidden === 0) continue;
    clear.push(run);
    encrypted.push(inHidden);
    run = 0;
  }
  columns.add(clear, encrypted, run, () => reader.label(i));
}

/** When samples are this close together, large reads serve many of them. */
const NEAR = 4096;

/** Reads pieces of a track's samples. */
class SampleReader {
  readonly #track: Track;
  readonly #name: string;
  readonly #files = new CopyFiles();

  constructor(track: Track, name: string, isWhole: boolean) {
    this.#track = track;
    this.#name = name;
    const { offset, count } = track.samples;
    const span = (offset[count - 1] ?? 0) - (offset[0] ?? 0);
    this.#files.window.isDense = isWhole || Math.abs(span) < NEAR * count;
  }

  size(i: number): number {
    return at(this.#track.samples.size, i);
  }

  /**
   * @returns the bytes from `position` in sample `i` on: at least `least`, at most `length`
   * @throws PackError `input` when the file ends too early
   */
  read(i: number, position: number, length: number, least = 1): Uint8Array {
    const { file, offset } = this.#place(i);
    const { bytes, path } = this.#track.files[file] ?? { path: "" };
    const from = offset + position;
    const content = bytes
      ? bytes.subarray(from, from + length)
      : this.#files.window.read(this.#files.source(path), from, length, least);
    if (content.length >= least) return content;
    throw new PackError(
      "input",
      `${this.label(i)}: ${path} ends at ${from + content.length}. Expected ${length} bytes at ${from}.`,
      { hint: "It was cut off, or has changed while it was read." },
    );
  }

  label(i: number): string {
    return `${this.#name} frame ${i + 1}`;
  }

  notUnits(i: number, position: number, length: number): PackError {
    const left = this.size(i) - position;
    return new PackError(
      "input",
      `${this.label(i)}: a NAL unit of ${length} bytes at byte ${position}, where the frame has ${left} left. Expected units that fill the frame.`,
      {
        hint: "The file is damaged; what cannot be told apart cannot be protected.",
      },
    );
  }

  close(): void {
    this.#files.close();
  }

  #place(i: number): ByteRange {
    const span = { firstSample: i, endSample: i + 1 };
    const [range] = clearRanges(this.#track, span);
    if (range === undefined) throw new RangeError(`no sample ${i}`);
    return range;
  }
}
