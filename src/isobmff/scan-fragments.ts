import type { FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { PackError } from "../errors.js";
import { typeText } from "./bytes.js";
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

/** The fragments of a track by themselves. */
export interface ScannedTable extends FragmentTable {
  /** Sums of the durations of samples, in ticks of the track. */
  readonly duration: Float64Array;
}

/** Sources of times outside of fragments: makers on demand wrote times nowhere else. */
export interface OutsideTimes {
  /** By the mfra: as far as it can be read. */
  readonly indexed: readonly FragmentTable[];
  /** By the client manifest: when the fragments of a track begin, in ticks of the track; empty when it is not known. */
  readonly announced: (trackId: number) => readonly bigint[];
  /** The mfra is known to be wrong somewhere: the client manifest comes first. */
  readonly isDoubted?: boolean;
}

/** A day of two-second fragments in six tracks. */
const MOST_FRAGMENTS = 300_000;

/** After so many fragments other work gets its turn. */
const FRAGMENTS_A_TURN = 16;

/**
 * The index that an mfra would hold, from the fragments themselves: a file may lack an mfra, or
 * its mfra may leave out a track. A time comes from the tfxd or tfdt, else from the entry of the
 * mfra for this moof, else from the client manifest, else from the sum of durations.
 *
 * @throws PackError `input` when a fragment cannot be read
 */
export async function scanFragments(
  file: FileHandle,
  size: number,
  moov: ParsedBox | undefined,
  outside: OutsideTimes,
  name: string,
): Promise<{ tables: ScannedTable[]; end: number }> {
  const tracks = new Map<number, Row[]>();
  const defaults = moov ? trackDefaults(moov) : new Map<number, never>();
  const budget = newBudget();
  let left = MOST_FRAGMENTS;
  let end = 0;
  for await (const span of scanBoxes(file, size)) {
    if (span.start + span.size > size)
      throw new PackError(
        "input",
        `${name}: ${typeText(span.type)} at ${span.start} claims ${span.size} bytes, the file ends at ${size}.`,
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
  const tables = [...tracks].map(([trackId, rows]) =>
    tableOf(trackId, rows, outside),
  );
  return { tables, end };
}

interface Row {
  readonly offset: number;
  /** When its first sample is presented, by its own boxes. */
  readonly told: bigint | undefined;
  readonly duration: number;
}

/** The first run of each track in a moof. */
function firstRuns(runs: readonly FragmentRun[]): FragmentRun[] {
  return runs.filter(
    ({ trackId }, i) => runs.findIndex((run) => run.trackId === trackId) === i,
  );
}

function addRow(
  tracks: Map<number, Row[]>,
  first: FragmentRun,
  runs: readonly FragmentRun[],
  offset: number,
): void {
  const { trackId } = first;
  const rows = tracks.get(trackId) ?? [];
  tracks.set(trackId, rows);
  const own = runs.filter((run) => run.trackId === trackId);
  const duration = own.reduce((all, run) => all + sum(run.duration), 0);
  rows.push({ offset, told: toldTime(first), duration });
}

/** A tfxd has the presentation time of the first sample, and a tfdt its decode time. */
function toldTime(run: FragmentRun): bigint | undefined {
  const { presented, decoded, compositionOffset } = run;
  if (presented !== undefined || decoded === undefined) return presented;
  return decoded + BigInt(compositionOffset[0] ?? 0);
}

function sum(values: Uint32Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function tableOf(
  trackId: number,
  rows: readonly Row[],
  { indexed, announced, isDoubted }: OutsideTimes,
): ScannedTable {
  const table = indexed.find((one) => one.trackId === trackId);
  const isTold = rows.every(({ told }) => told !== undefined);
  const listed = isTold ? undefined : timesByOffset(table);
  const all = isTold ? [] : announced(trackId);
  // A different number of times would belong to other fragments.
  const known = all.length === rows.length ? all : [];
  const outside = (offset: number, i: number) => {
    const own = listed?.get(offset);
    return isDoubted === true ? (known[i] ?? own) : (own ?? known[i]);
  };
  const time = new BigInt64Array(rows.length);
  let end = 0n;
  for (const [i, { offset, told, duration }] of rows.entries()) {
    time[i] =
      told === undefined ? (outside(offset, i) ?? end) : unwrapped(told, end);
    end = (time[i] ?? 0n) + BigInt(duration);
  }
  return {
    ...{ trackId, time },
    offset: Float64Array.from(rows, (row) => row.offset),
    duration: Float64Array.from(rows, (row) => row.duration),
  };
}

function timesByOffset(
  table: FragmentTable | undefined,
): Map<number, bigint> | undefined {
  return (
    table &&
    new Map([...table.offset].map((at, i) => [at, table.time[i] ?? 0n]))
  );
}

const WRAP = 2n ** 32n;

/** Some makers wrote times of 32 bits, which begin again at 0 after seven minutes. */
export function unwrapped(told: bigint, end: bigint): bigint {
  if (told < 0n || told >= WRAP || end - told < WRAP / 2n) return told;
  const wraps = (end - told + WRAP / 2n) / WRAP;
  return told + wraps * WRAP;
}
