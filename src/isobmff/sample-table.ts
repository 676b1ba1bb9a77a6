import { PackError } from "../errors.js";
import { at, type SampleTable } from "../media/track.js";
import {
  childBox,
  numberField,
  numbersField,
  type ParsedBox,
} from "./parsed-box.js";

/**
 * Expands the run-length tables of an stbl box into one row a sample.
 * ISO/IEC 14496-12 8.6.1 (stts, ctts), 8.6.2 (stss), 8.7.3 to 8.7.5 (stsz, stsc, stco)
 *
 * @param where file and track, for messages
 * @throws PackError `input` when the tables contradict one another
 */
export function expandSampleTable(stbl: ParsedBox, where: string): SampleTable {
  const size = Uint32Array.from(
    numbersField(childBox(stbl, "stsz"), "sample_sizes"),
  );
  return {
    count: size.length,
    size,
    offset: sampleOffsets(stbl, size, where),
    decodeTime: decodeTimes(stbl, size.length, where),
    compositionOffset: compositionOffsets(stbl, size.length, where),
    sync: syncSamples(stbl, size.length, where),
  };
}

function decodeTimes(
  stbl: ParsedBox,
  count: number,
  where: string,
): Float64Array {
  const stts = childBox(stbl, "stts");
  const deltas = numbersField(stts, "sample_deltas");
  const times = new Float64Array(count + 1);
  let time = 0;
  let i = 0;
  numbersField(stts, "sample_counts").forEach((run, row) => {
    for (let k = 0; k < run && i < count; k++)
      times[++i] = time += at(deltas, row);
  });
  if (i !== count) throw contradiction(where, "stts", i, count);
  return times;
}

/** No ctts box means that samples are presented in decoding order. */
function compositionOffsets(
  stbl: ParsedBox,
  count: number,
  where: string,
): Int32Array {
  const ctts = childBox(stbl, "ctts");
  const values = numbersField(ctts, "sample_offsets");
  const offsets = new Int32Array(count);
  let i = 0;
  numbersField(ctts, "sample_counts").forEach((run, row) => {
    const end = Math.min(i + run, count);
    offsets.fill(at(values, row), i, end);
    i = end;
  });
  if (ctts !== undefined && i !== count) {
    throw contradiction(where, "ctts", i, count);
  }
  return offsets;
}

/** No stss box means that every sample is a sync sample. */
function syncSamples(
  stbl: ParsedBox,
  count: number,
  where: string,
): Uint8Array {
  const stss = childBox(stbl, "stss");
  const sync = new Uint8Array(count);
  if (stss === undefined) return sync.fill(1);
  for (const number of numbersField(stss, "sample_numbers")) {
    if (number < 1 || number > count) {
      throw contradiction(where, "stss", number, count);
    }
    sync[number - 1] = 1;
  }
  return sync;
}

function sampleOffsets(
  stbl: ParsedBox,
  size: Uint32Array,
  where: string,
): Float64Array {
  const stco = childBox(stbl, "stco") ?? childBox(stbl, "co64");
  const chunks = numbersField(stco, "chunk_offsets");
  const offsets = new Float64Array(size.length);
  let i = 0;
  for (const { firstChunk, lastChunk, samples } of chunkRuns(
    stbl,
    chunks.length,
    where,
  )) {
    for (let chunk = firstChunk; chunk <= lastChunk; chunk++) {
      let position = at(chunks, chunk - 1);
      for (let k = 0; k < samples && i < size.length; k++, i++) {
        offsets[i] = position;
        position += at(size, i);
      }
    }
  }
  if (i !== size.length) throw contradiction(where, "stsc", i, size.length);
  return offsets;
}

/** Runs of chunks that hold equally many samples; chunks count from 1. ISO/IEC 14496-12 8.7.4 */
function* chunkRuns(stbl: ParsedBox, chunkCount: number, where: string) {
  const stsc = childBox(stbl, "stsc");
  const firsts = numbersField(stsc, "first_chunk");
  const perChunk = numbersField(stsc, "samples_per_chunk");
  let expected = 1;
  for (const [run, firstChunk] of firsts.entries()) {
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
    const next = firsts[run + 1] ?? chunkCount + 1;
    const lastChunk = Math.min(next - 1, chunkCount);
    yield { firstChunk, lastChunk, samples: at(perChunk, run) };
  }
}

/** stsd has one entry, or the track changes its codec on the way. */
export function onlySampleEntry(stbl: ParsedBox, where: string): ParsedBox {
  const entries = childBox(stbl, "stsd")?.children ?? [];
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) {
    throw new PackError(
      "mux",
      `${where}: ${entries.length} sample entries. Expected one.`,
    );
  }
  return entry;
}

/** The media timescale of a trak. Throws a PackError `input` when it is 0 or missing. */
export function timescaleOf(
  mdhd: ParsedBox | undefined,
  where: string,
): number {
  const timescale =
    mdhd === undefined ? Number.NaN : numberField(mdhd, "timescale");
  if (timescale >= 1) return timescale;
  throw new PackError(
    "input",
    `${where}: mdhd has timescale ${timescale}. Expected 1 or more.`,
  );
}

function contradiction(
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
