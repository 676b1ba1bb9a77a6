import { PackError } from "../errors.js";
import { at, type SampleTable } from "../media/track.js";
import { childBox } from "./parsed-box.js";
import {
  MOST_OF_ONE_SIZE,
  tableRows,
  type TableRows,
  type Tables,
} from "./table-rows.js";

/**
 * How many samples a track has. ISO/IEC 14496-12 8.7.3
 *
 * @throws PackError `input` for compact sizes, and for impossible counts
 */
export function sampleCount(tables: Tables): number {
  const { where } = tables;
  if (childBox(tables.stbl, "stz2") !== undefined) {
    throw new PackError(
      "input",
      `${where}: sample sizes are in an stz2 box. Expected stsz.`,
      { hint: "Write the file again with a current ffmpeg." },
    );
  }
  const constant = constantSize(tables);
  if (constant !== undefined) return believed(constant, tables);
  return sizeRows(tables).count;
}

/** The size of each sample. ISO/IEC 14496-12 8.7.3 */
export function fillSizes(
  size: Uint32Array | Uint16Array,
  tables: Tables,
): void {
  const constant = constantSize(tables);
  if (constant !== undefined) {
    size.fill(constant.size);
    return;
  }
  const rows = sizeRows(tables);
  for (let row = 0; row < rows.count; row++) size[row] = rows.word(row, 0);
}

/** Whether all sizes are below 64 KB. */
export function areSmallSizes(tables: Tables): boolean {
  const constant = constantSize(tables);
  if (constant !== undefined) return constant.size < 2 ** 16;
  const rows = sizeRows(tables);
  for (let row = 0; row < rows.count; row++)
    if (rows.word(row, 0) >= 2 ** 16) return false;
  return true;
}

function sizeRows(tables: Tables): TableRows {
  return tableRows(tables, "stsz", 1, 1);
}

interface ConstantSize {
  readonly size: number;
  readonly count: number;
}

/** undefined when each sample has a size of its own, or there is no stsz. */
function constantSize({ stbl, readWord }: Tables): ConstantSize | undefined {
  const stsz = childBox(stbl, "stsz");
  if (stsz === undefined || stsz.size < stsz.headerSize + 12) return undefined;
  const begin = stsz.start + stsz.headerSize;
  const size = readWord(begin + 4);
  return size === 0 ? undefined : { size, count: readWord(begin + 8) };
}

function believed(
  { size, count }: ConstantSize,
  { budget, where }: Tables,
): number {
  budget.left -= count;
  if (budget.left >= 0) return count;
  throw new PackError(
    "input",
    `${where}: stsz claims ${count} samples of ${size} bytes. Expected at most ${MOST_OF_ONE_SIZE} in a file.`,
    { hint: "The file's index is damaged, or its sound is not compressed." },
  );
}

/**
 * Where each sample begins in the file. ISO/IEC 14496-12 8.7.4, 8.7.5
 *
 * @throws PackError `input` when stsc and stco do not place every sample once
 */
export function fillOffsets(
  { size, offset: offsets }: SampleTable,
  tables: Tables,
): void {
  const { where } = tables;
  const chunks = chunksOf(tables);
  let i = 0;
  for (const { firstChunk, lastChunk, samples } of chunkRuns(
    tables,
    chunks.count,
  )) {
    for (let chunk = firstChunk; chunk <= lastChunk; chunk++) {
      if (i + samples > size.length)
        throw contradiction(where, "stsc", i + samples, size.length);
      let position = chunks.offset(chunk);
      for (const end = i + samples; i < end; i++) {
        offsets[i] = position;
        position += at(size, i);
      }
    }
  }
  if (i !== size.length) throw contradiction(where, "stsc", i, size.length);
}

/** Whether all byte positions are below 4 GB, whatever chunk the samples are in. */
export function areSmall(sizes: ArrayLike<number>, tables: Tables): boolean {
  const chunks = chunksOf(tables);
  let largest = 0;
  for (let chunk = 1; chunk <= chunks.count; chunk++)
    largest = Math.max(largest, chunks.offset(chunk));
  let bytes = 0;
  // An iterator takes three times as long, while the code is not optimized yet.
  for (let i = 0; i < sizes.length; i++) bytes += at(sizes, i);
  return largest + bytes < 2 ** 32;
}

interface Chunks {
  readonly count: number;
  /** Counted from 1. */
  offset(chunk: number): number;
}

/** 32 bits in stco, 64 in co64. ISO/IEC 14496-12 8.7.5 */
function chunksOf(tables: Tables): Chunks {
  if (childBox(tables.stbl, "stco") !== undefined) {
    const { count, word } = tableRows(tables, "stco", 1);
    return { count, offset: (chunk) => word(chunk - 1, 0) };
  }
  const { count, word } = tableRows(tables, "co64", 2);
  const offset = (chunk: number) =>
    word(chunk - 1, 0) * 2 ** 32 + word(chunk - 1, 1);
  return { count, offset };
}

/** Runs of chunks with equal numbers of samples; chunks count from 1. ISO/IEC 14496-12 8.7.4 */
function* chunkRuns(tables: Tables, chunkCount: number) {
  const { where } = tables;
  const rows = tableRows(tables, "stsc", 3);
  let expected = 1;
  for (let run = 0; run < rows.count; run++) {
    const firstChunk = rows.word(run, 0);
    if (run === 0 ? firstChunk !== 1 : firstChunk < expected) {
      throw new PackError(
        "input",
        `${where}: stsc run ${run + 1} begins at chunk ${firstChunk}. Expected ${run === 0 ? 1 : `${expected} or later`}.`,
        {
          hint: "The file's index is damaged.",
        },
      );
    }
    expected = firstChunk + 1;
    const next = run + 1 < rows.count ? rows.word(run + 1, 0) : chunkCount + 1;
    const lastChunk = Math.min(next - 1, chunkCount);
    yield { firstChunk, lastChunk, samples: rows.word(run, 1) };
  }
}

/** Two tables of a track that contradict each other. */
export function contradiction(
  where: string,
  table: string,
  found: number,
  expected: number,
): PackError {
  return new PackError(
    "input",
    `${where}: ${table} describes ${found} samples, stsz ${expected}.`,
    {
      hint: "The file's index is damaged.",
    },
  );
}
