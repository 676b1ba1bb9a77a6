import { PackError } from "../errors.js";
import { at } from "../media/track.js";
import { viewOf } from "./bytes.js";
import { requireTotal } from "./contradiction.js";
import {
  childBox,
  numbersField,
  payloadOf,
  type ParsedBox,
} from "./parsed-box.js";

/**
 * Decode times of all samples, and the end of the last one. ISO/IEC 14496-12 8.6.1.2
 *
 * @throws PackError `input` when stts does not fit the samples, or its times no clock
 */
export function decodeTimes(
  stbl: ParsedBox,
  count: number,
  where: string,
): Float64Array {
  const stts = childBox(stbl, "stts");
  const deltas = numbersField(stts, "sample_deltas");
  const counts = numbersField(stts, "sample_counts");
  requireTotal(counts, where, "stts", count);
  const times = new Float64Array(count + 1);
  let time = 0;
  let i = 0;
  counts.forEach((run, row) => {
    const delta = requireDelta(stts, row, at(deltas, row), where);
    for (let k = 0; k < run; k++) times[++i] = time += delta;
  });
  if (time <= Number.MAX_SAFE_INTEGER) return times;
  throw new PackError(
    "input",
    `${where}: stts ends at ${time}. Expected less than 2^53 ticks.`,
    { hint: "The file's index is damaged." },
  );
}

/** mp4box makes durations of 2^31 and more a 1, without a word: they are compared with the bytes. */
function requireDelta(
  stts: ParsedBox | undefined,
  row: number,
  delta: number,
  where: string,
): number {
  const found = stts && viewOf(payloadOf(stts)).getUint32(8 + 8 * row);
  if (found === delta) return delta;
  throw new PackError(
    "input",
    `${where}: stts row ${row + 1} has a duration of ${found}. Expected less than 2^31.`,
    { hint: "The file's index is damaged." },
  );
}

/** No ctts box means that samples are presented in decoding order. ISO/IEC 14496-12 8.6.1.3 */
export function compositionOffsets(
  stbl: ParsedBox,
  count: number,
  where: string,
): Int32Array {
  const ctts = childBox(stbl, "ctts");
  const offsets = new Int32Array(count);
  if (ctts === undefined) return offsets;
  const values = numbersField(ctts, "sample_offsets");
  const counts = numbersField(ctts, "sample_counts");
  requireTotal(counts, where, "ctts", count);
  let i = 0;
  counts.forEach((run, row) => {
    offsets.fill(at(values, row), i, (i += run));
  });
  return offsets;
}
