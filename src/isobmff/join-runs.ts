import { PackError } from "../errors.js";
import {
  at,
  newTable,
  putRows,
  trackEnd,
  type SampleTable,
} from "../media/track.js";
import type { FragmentRun } from "./fragment-runs.js";

/**
 * The samples of a track's fragments after the samples of its moov, as one table. When a
 * fragment begins later than the previous one ends, the last sample before it lasts until then.
 *
 * @param begins when each run is decoded; undefined when it follows on
 * @throws PackError `input` when a fragment begins before the last sample of the previous one
 */
export function joinRuns(
  first: SampleTable,
  runs: readonly FragmentRun[],
  begins: readonly (number | undefined)[],
  where: string,
): SampleTable {
  if (runs.length === 0) return first;
  const count = runs.reduce((sum, run) => sum + run.size.length, first.count);
  const table = newTable(count);
  putRows(table, 0, first);
  let row = first.count;
  let end = trackEnd(first);
  for (const [i, run] of runs.entries()) {
    const begin = begins[i] ?? end;
    const last = row > 0 ? at(table.decodeTime, row - 1) : -Infinity;
    requireLater(begin, last, where);
    place(table, row, run, begin);
    row += run.size.length;
    end = at(table.decodeTime, row);
  }
  return table;
}

function place(
  table: SampleTable,
  row: number,
  run: FragmentRun,
  begin: number,
): void {
  table.size.set(run.size, row);
  table.compositionOffset.set(run.compositionOffset, row);
  table.sync.set(run.sync, row);
  let offset = run.offset;
  let time = begin;
  for (let i = 0; i < run.size.length; i++) {
    table.offset[row + i] = offset;
    table.decodeTime[row + i] = time;
    offset += at(run.size, i);
    time += at(run.duration, i);
  }
  table.decodeTime[row + run.size.length] = time;
}

function requireLater(begin: number, last: number, where: string): void {
  if (begin > last && Number.isSafeInteger(begin)) return;
  throw new PackError(
    "input",
    `${where}: a fragment begins at ${begin}, the last sample before it at ${last}. Expected times that grow.`,
    {
      hint: "The file is damaged, or its fragments are out of order, or twice there: mss-pack mux --salvage takes equal ones once.",
    },
  );
}
