import type { ParsedBox } from "../../isobmff/parsed-box.js";
import { trunRows, type TrunRows } from "../../isobmff/table-rows.js";

/** Where the samples of a fragment lie, in the order of its truns. */
export interface SampleSpans {
  /** Where the bytes of each sample begin, counted from the moof's first byte. */
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
}

/** Where samples may lie, counted from the moof's first byte. */
interface Room {
  /** Where data offsets count from. */
  readonly base: number;
  /** The end of the moof. */
  readonly begin: number;
  /** The end of the mdat. */
  readonly end: number;
}

/**
 * The places of the samples of a traf. ISO/IEC 14496-12 8.8.8
 *
 * @param defaultSize of samples in truns without sizes
 * @throws Error in one line for samples outside of their fragment
 */
export function spansOf(
  truns: readonly ParsedBox[],
  defaultSize: number,
  room: Room,
): SampleSpans {
  const [starts, sizes]: [number[], number[]] = [[], []];
  const budget = { left: room.end };
  let end = room.base;
  for (const trun of truns) {
    const rows = trunRows(trun);
    requireBelievable(rows, defaultSize, budget);
    const { count, dataOffset } = rows;
    const begin = dataOffset === undefined ? end : room.base + dataOffset;
    end = begin;
    for (let i = 0; i < count; i++) {
      const size = rows.size(i) ?? defaultSize;
      starts.push(end);
      sizes.push(size);
      end += size;
    }
    if (!(begin >= room.begin && end <= room.end))
      throw new Error(
        `samples at bytes ${begin} to ${end} of ${room.end}, expected behind the moof of ${room.begin}`,
      );
  }
  return { starts, sizes };
}

/**
 * Samples without a row take no bytes of their trun, so its count may claim anything.
 *
 * @param budget how many bytes such samples may have in all
 */
function requireBelievable(
  { hasRows, count }: TrunRows,
  defaultSize: number,
  budget: { left: number },
): void {
  if (hasRows) return;
  budget.left -= count * Math.max(1, defaultSize);
  if (!(budget.left >= 0))
    throw new Error(`a trun that claims ${count} samples`);
}
