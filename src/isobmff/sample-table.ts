import { PackError } from "../errors.js";
import type { SampleTable } from "../media/track.js";
import { contradiction } from "./contradiction.js";
import { childBox, numberField, type ParsedBox } from "./parsed-box.js";
import { sampleOffsets, sampleSizes } from "./sample-places.js";
import { compositionOffsets, decodeTimes } from "./sample-times.js";
import { tableRows } from "./table-rows.js";

/**
 * Expands the run-length tables of an stbl box into one row a sample.
 * ISO/IEC 14496-12 8.6.1 (stts, ctts), 8.6.2 (stss), 8.7.3 to 8.7.5 (stsz, stsc, stco)
 *
 * @param where file and track, for messages
 * @throws PackError `input` when the tables contradict one another
 */
export function expandSampleTable(stbl: ParsedBox, where: string): SampleTable {
  const size = sampleSizes(stbl, where);
  return {
    count: size.length,
    size,
    offset: sampleOffsets(stbl, size, where),
    decodeTime: decodeTimes(stbl, size.length, where),
    compositionOffset: compositionOffsets(stbl, size.length, where),
    sync: syncSamples(stbl, size.length, where),
  };
}

/** No stss box means that every sample is a sync sample. */
function syncSamples(
  stbl: ParsedBox,
  count: number,
  where: string,
): Uint8Array {
  const sync = new Uint8Array(count);
  if (childBox(stbl, "stss") === undefined) return sync.fill(1);
  const rows = tableRows(stbl, "stss", 1, where);
  for (let row = 0; row < rows.count; row++) {
    const number = rows.word(row, 0);
    if (number < 1 || number > count) {
      throw contradiction(where, "stss", number, count);
    }
    sync[number - 1] = 1;
  }
  return sync;
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
