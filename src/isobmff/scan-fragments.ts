import type { FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { PackError } from "../errors.js";
import type { FragmentTable } from "./fragment-index.js";
import {
  newBudget,
  runsOfFragment,
  trackDefaults,
  type FragmentRun,
} from "./fragment-runs.js";
import { parseMoof } from "./movie.js";
import type { ParsedBox } from "./parsed-box.js";
import { scanBoxes } from "./scan.js";

/** A day of two-second fragments in six tracks. */
const MOST_FRAGMENTS = 300_000;

/** After so many fragments other work gets its turn. */
const FRAGMENTS_A_TURN = 16;

interface ScannedRows {
  readonly times: bigint[];
  readonly offsets: number[];
  /** End of the last fragment: the time of the next one, when that has none. */
  end: bigint;
}

/**
 * The index that an mfra would hold, from the fragments themselves: a file may lack an mfra, or
 * its mfra may leave out a track. Times come from tfxd or tfdt, else from the sum of durations.
 *
 * @throws PackError `input` when a fragment cannot be read
 */
export async function scanFragments(
  file: FileHandle,
  size: number,
  moov: ParsedBox | undefined,
  name: string,
): Promise<{ tables: FragmentTable[]; end: number }> {
  const tracks = new Map<number, ScannedRows>();
  const defaults = moov ? trackDefaults(moov) : new Map<number, never>();
  const budget = newBudget();
  let left = MOST_FRAGMENTS;
  let end = 0;
  for await (const span of scanBoxes(file, size)) {
    if (span.start + span.size > size)
      throw new PackError(
        "input",
        `${name}: ${span.type} at ${span.start} claims ${span.size} bytes, the file ends at ${size}.`,
      );
    if (span.type === "mdat") end = span.start + span.size;
    if (span.type !== "moof") continue;
    if (--left < 0)
      throw new PackError(
        "input",
        `${name}: more than ${MOST_FRAGMENTS} fragments.`,
      );
    if (left % FRAGMENTS_A_TURN === 0) await setImmediate();
    const moof = await parseMoof(file, span, size, name);
    const runs = runsOfFragment(moof, span.start, defaults, budget, name);
    for (const run of firstRuns(runs)) addRow(tracks, run, runs, span.start);
  }
  return { tables: [...tracks].map(tableOf), end };
}

/** The first run of each track in a moof. */
function firstRuns(runs: readonly FragmentRun[]): FragmentRun[] {
  return runs.filter(
    ({ trackId }, i) => runs.findIndex((run) => run.trackId === trackId) === i,
  );
}

function addRow(
  tracks: Map<number, ScannedRows>,
  first: FragmentRun,
  runs: readonly FragmentRun[],
  offset: number,
): void {
  const { trackId } = first;
  const rows = tracks.get(trackId) ?? { times: [], offsets: [], end: 0n };
  tracks.set(trackId, rows);
  const time = first.presented ?? first.decoded ?? rows.end;
  rows.times.push(time);
  rows.offsets.push(offset);
  const own = runs.filter((run) => run.trackId === trackId);
  rows.end = own.reduce(
    (end, { duration }) => end + BigInt(sum(duration)),
    time,
  );
}

function sum(values: Uint32Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function tableOf([trackId, { times, offsets }]: [
  number,
  ScannedRows,
]): FragmentTable {
  return {
    trackId,
    time: BigInt64Array.from(times),
    offset: Float64Array.from(offsets),
  };
}
