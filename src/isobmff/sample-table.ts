import { PackError } from "../errors.js";
import {
  newTable,
  smallOffsets,
  smallSizes,
  type SampleTable,
} from "../media/track.js";
import { childBox, numberField, type ParsedBox } from "./parsed-box.js";
import {
  areSmall,
  areSmallSizes,
  contradiction,
  fillOffsets,
  fillSizes,
  sampleCount,
} from "./sample-places.js";
import { tableRows, type Tables } from "./table-rows.js";

/**
 * Expands the run-length tables of an stbl box into one row a sample.
 * ISO/IEC 14496-12 8.6.1 (stts, ctts), 8.6.2 (stss), 8.7.3 to 8.7.5 (stsz, stsc, stco)
 *
 * @throws PackError `input` when the tables contradict one another
 */
export function expandSampleTable(tables: Tables): SampleTable {
  const all = newTable(sampleCount(tables));
  const columns = areSmallSizes(tables)
    ? { ...all, size: smallSizes(all.count) }
    : all;
  fillSizes(columns.size, tables);
  const table = areSmall(columns.size, tables)
    ? { ...columns, offset: smallOffsets(columns.count) }
    : columns;
  fillOffsets(table, tables);
  fillDecodeTimes(table, tables);
  fillCompositionOffsets(table.compositionOffset, tables);
  fillSync(table.sync, tables);
  return table;
}

/** Without an stss box every sample is a sync sample. */
function fillSync(sync: Uint8Array, tables: Tables): void {
  if (childBox(tables.stbl, "stss") === undefined) sync.fill(1);
  const rows = tableRows(tables, "stss", 1);
  for (let row = 0; row < rows.count; row++) {
    const number = rows.word(row, 0);
    if (number < 1 || number > sync.length) {
      throw contradiction(tables.where, "stss", number, sync.length);
    }
    sync[number - 1] = 1;
  }
}

/** stsd has one entry, or the codec of the track changes. */
export function onlySampleEntry(stbl: ParsedBox, where: string): ParsedBox {
  const entries = childBox(stbl, "stsd")?.children ?? [];
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) {
    throw new PackError(
      "unsupported",
      `${where}: ${entries.length} sample entries, which is a codec or a size that changes on the way. Expected one.`,
      { hint: "mss-pack FILE -o FOLDER encodes it as one." },
    );
  }
  return entry;
}

/** The timescale of an mdhd or mvhd box. Throws a PackError `input` when it is 0 or missing. */
export function timescaleOf(box: ParsedBox | undefined, where: string): number {
  const timescale =
    box === undefined ? Number.NaN : numberField(box, "timescale");
  if (timescale >= 1) return timescale;
  throw new PackError(
    "input",
    `${where}: ${box?.type ?? "header"} has timescale ${timescale}. Expected 1 or more.`,
  );
}

/**
 * Decode times of all samples, and the end of the last one. ISO/IEC 14496-12 8.6.1.2
 *
 * @throws PackError `input` when stts does not fit the samples, or its times no clock
 */
function fillDecodeTimes(
  { count, decodeTime }: SampleTable,
  tables: Tables,
): void {
  const { where } = tables;
  let time = 0;
  let i = 0;
  for (const { run, value } of runsOf(tables, "stts", count)) {
    const delta = requireDelta(value, i, where);
    for (const end = i + run; i < end;) decodeTime[++i] = time += delta;
  }
  if (i !== count) throw contradiction(where, "stts", i, count);
  if (time <= Number.MAX_SAFE_INTEGER) return;
  throw new PackError(
    "input",
    `${where}: stts ends at ${time}. Expected less than 2^53 ticks.`,
    { hint: "The file's index is damaged." },
  );
}

/** A day at a clock of 10 MHz does not fit; neither do the negative durations of old writers. */
function requireDelta(delta: number, sample: number, where: string): number {
  if (delta < 2 ** 31) return delta;
  throw new PackError(
    "input",
    `${where}: stts gives sample ${sample + 1} a duration of ${delta}. Expected less than 2^31.`,
    { hint: "The file's index is damaged." },
  );
}

/**
 * Presentation minus decode time of each sample. Without a ctts box samples are presented in
 * decoding order. Offsets are signed in version 0 too, as every player reads them. ISO/IEC
 * 14496-12 8.6.1.3
 */
function fillCompositionOffsets(offsets: Int32Array, tables: Tables): void {
  let i = 0;
  for (const { run, value } of runsOf(tables, "ctts", offsets.length))
    offsets.fill(value | 0, i, (i += run));
}

/** Runs of samples that share a value; never more samples than the track has. */
function* runsOf(
  tables: Tables,
  type: string,
  count: number,
): Generator<{ run: number; value: number }> {
  const rows = tableRows(tables, type, 2);
  let total = 0;
  for (let row = 0; row < rows.count; row++) total += rows.word(row, 0);
  if (rows.count > 0 && total !== count)
    throw contradiction(tables.where, type, total, count);
  for (let row = 0; row < rows.count; row++)
    yield { run: rows.word(row, 0), value: rows.word(row, 1) };
}
