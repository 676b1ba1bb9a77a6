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
    compositionOffset: compositionOffsets(stbl, size.length),
    sync: syncSamples(stbl, size.length),
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

function compositionOffsets(stbl: ParsedBox, count: number): Int32Array {
  const ctts = childBox(stbl, "ctts");
  const values = numbersField(ctts, "sample_offsets");
  const offsets = new Int32Array(count);
  let i = 0;
  numbersField(ctts, "sample_counts").forEach((run, row) => {
    const end = Math.min(i + run, count);
    offsets.fill(at(values, row), i, end);
    i = end;
  });
  return offsets;
}

/** No stss box means that every sample is a sync sample. */
function syncSamples(stbl: ParsedBox, count: number): Uint8Array {
  const stss = childBox(stbl, "stss");
  const sync = new Uint8Array(count);
  if (stss === undefined) return sync.fill(1);
  for (const number of numbersField(stss, "sample_numbers"))
    sync[number - 1] = 1;
  return sync;
}

function sampleOffsets(
  stbl: ParsedBox,
  size: Uint32Array,
  where: string,
): Float64Array {
  const chunks = numbersField(
    childBox(stbl, "stco") ?? childBox(stbl, "co64"),
    "chunk_offsets",
  );
  const stsc = childBox(stbl, "stsc");
  const firstChunks = numbersField(stsc, "first_chunk");
  const perChunk = numbersField(stsc, "samples_per_chunk");
  const offsets = new Float64Array(size.length);
  let i = 0;
  for (let run = 0; run < firstChunks.length; run++) {
    const lastChunk = Math.min(
      (firstChunks[run + 1] ?? chunks.length + 1) - 1,
      chunks.length,
    );
    for (let chunk = at(firstChunks, run); chunk <= lastChunk; chunk++) {
      let position = chunks[chunk - 1] ?? Number.NaN;
      for (let k = 0; k < at(perChunk, run) && i < size.length; k++, i++) {
        offsets[i] = position;
        position += at(size, i);
      }
    }
  }
  if (i !== size.length) throw contradiction(where, "stsc", i, size.length);
  return offsets;
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
