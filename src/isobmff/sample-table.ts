import { PackError } from "../errors.js";
import { newTable, type SampleTable } from "../media/track.js";
import { contradiction } from "./contradiction.js";
import { childBox, numberField, type ParsedBox } from "./parsed-box.js";
import { fillOffsets, fillSizes, sampleCount } from "./sample-places.js";
import { fillCompositionOffsets, fillDecodeTimes } from "./sample-times.js";
import { tableRows, type Tables } from "./table-rows.js";

/**
 * Expands the run-length tables of an stbl box into one row a sample.
 * ISO/IEC 14496-12 8.6.1 (stts, ctts), 8.6.2 (stss), 8.7.3 to 8.7.5 (stsz, stsc, stco)
 *
 * @throws PackError `input` when the tables contradict one another
 */
export function expandSampleTable(tables: Tables): SampleTable {
  const table = newTable(sampleCount(tables));
  fillSizes(table.size, tables);
  fillOffsets(table, tables);
  fillDecodeTimes(table, tables);
  fillCompositionOffsets(table.compositionOffset, tables);
  fillSync(table.sync, tables);
  return table;
}

/** No stss box means that every sample is a sync sample. */
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

/** stsd has one entry, or the track changes its codec on the way. */
export function onlySampleEntry(stbl: ParsedBox, where: string): ParsedBox {
  const entries = childBox(stbl, "stsd")?.children ?? [];
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) {
    throw new PackError(
      "mux",
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
