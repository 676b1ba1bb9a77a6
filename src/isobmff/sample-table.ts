import { PackError } from "../errors.js";
import { newTable, type SampleTable } from "../media/track.js";
import { contradiction } from "./contradiction.js";
import { childBox, numberField, type ParsedBox } from "./parsed-box.js";
import { fillOffsets, fillSizes, sampleCount } from "./sample-places.js";
import { fillCompositionOffsets, fillDecodeTimes } from "./sample-times.js";
import { tableRows } from "./table-rows.js";

/**
 * Expands the run-length tables of an stbl box into one row a sample.
 * ISO/IEC 14496-12 8.6.1 (stts, ctts), 8.6.2 (stss), 8.7.3 to 8.7.5 (stsz, stsc, stco)
 *
 * @param where file and track, for messages
 * @throws PackError `input` when the tables contradict one another
 */
export function expandSampleTable(stbl: ParsedBox, where: string): SampleTable {
  const table = newTable(sampleCount(stbl, where));
  fillSizes(table.size, stbl, where);
  fillOffsets(table, stbl, where);
  fillDecodeTimes(table, stbl, where);
  fillCompositionOffsets(table.compositionOffset, stbl, where);
  fillSync(table.sync, stbl, where);
  return table;
}

/** No stss box means that every sample is a sync sample. */
function fillSync(sync: Uint8Array, stbl: ParsedBox, where: string): void {
  if (childBox(stbl, "stss") === undefined) sync.fill(1);
  const rows = tableRows(stbl, "stss", 1, where);
  for (let row = 0; row < rows.count; row++) {
    const number = rows.word(row, 0);
    if (number < 1 || number > sync.length) {
      throw contradiction(where, "stss", number, sync.length);
    }
    sync[number - 1] = 1;
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
