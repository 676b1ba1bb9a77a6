import { PackError } from "../errors.js";
import type { SampleTable } from "../media/track.js";
import { contradiction } from "./contradiction.js";
import { tableRows, type Tables } from "./table-rows.js";

/**
 * Decode times of all samples, and the end of the last one. ISO/IEC 14496-12 8.6.1.2
 *
 * @throws PackError `input` when stts does not fit the samples, or its times no clock
 */
export function fillDecodeTimes(
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

/** A day at a clock of 10 MHz does not fit; neither does what old writers meant as a step back. */
function requireDelta(delta: number, sample: number, where: string): number {
  if (delta < 2 ** 31) return delta;
  throw new PackError(
    "input",
    `${where}: stts gives sample ${sample + 1} a duration of ${delta}. Expected less than 2^31.`,
    { hint: "The file's index is damaged." },
  );
}

/**
 * Presentation minus decode time of each sample. No ctts box means that samples
 * are presented in decoding order. Signed in version 0 too, as every player
 * reads it. ISO/IEC 14496-12 8.6.1.3
 */
export function fillCompositionOffsets(
  offsets: Int32Array,
  tables: Tables,
): void {
  let i = 0;
  for (const { run, value } of runsOf(tables, "ctts", offsets.length))
    offsets.fill(value | 0, i, (i += run));
}

/** Runs of samples that share a value; never more samples than there are. */
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
