import type { FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { readingFault } from "../errors.js";
import {
  newBudget,
  runsOfFragment,
  trackDefaults,
  type FragmentRun,
} from "../isobmff/fragment-runs.js";
import type { FragmentTable } from "../isobmff/fragment-table.js";
import { UNASKED } from "../isobmff/known-boxes.js";
import type { ParsedBox } from "../isobmff/parsed-box.js";
import { readAt, scanBoxes, type BoxSpan } from "../isobmff/scan.js";
import { parseBoxes } from "../isobmff/source.js";
import { TRUN } from "../isobmff/trun-rows.js";
import { PackageProblem } from "./package.js";

/** A moof larger than this is a lie: 100,000 samples in a fragment take 1.2 MB. */
const MAX_MOOF_SIZE = 16 * 1024 * 1024;

/** A day of two-second fragments in six tracks. */
const MOST_FRAGMENTS = 300_000;

const UNREAD: ReadonlySet<string> = new Set([...TRUN, ...UNASKED]);

/** After so many fragments other work gets its turn. */
const FRAGMENTS_A_TURN = 16;

interface Rows {
  readonly times: bigint[];
  readonly offsets: number[];
  /** Where the last fragment ends: the time of the next, when that tells none. */
  end: bigint;
}

/**
 * What an mfra would say, found by walking over the fragments: a file may lack
 * one, or say nothing of a track. Times are those of tfxd or tfdt, else the sum
 * of durations.
 *
 * @throws PackageProblem when a fragment cannot be read
 */
export async function scanFragments(
  file: FileHandle,
  size: number,
  moov: ParsedBox | undefined,
  name: string,
): Promise<{ tables: FragmentTable[]; end: number }> {
  const tracks = new Map<number, Rows>();
  const defaults = moov ? trackDefaults(moov) : new Map<number, never>();
  const budget = newBudget();
  let left = MOST_FRAGMENTS;
  let end = 0;
  for await (const span of scanBoxes(file, size)) {
    if (span.start + span.size > size)
      throw new PackageProblem(
        `${name}: ${span.type} at ${span.start} claims ${span.size} bytes, the file ends at ${size}.`,
      );
    if (span.type === "mdat") end = span.start + span.size;
    if (span.type !== "moof") continue;
    if (--left < 0)
      throw new PackageProblem(
        `${name}: more than ${MOST_FRAGMENTS} fragments.`,
      );
    if (left % FRAGMENTS_A_TURN === 0) await setImmediate();
    const moof = await readMoof(file, span, name);
    const runs = readRuns(() =>
      runsOfFragment(moof, span.start, defaults, budget, name),
    );
    for (const run of firstRuns(runs)) addRow(tracks, run, runs, span.start);
  }
  return { tables: [...tracks].map(tableOf), end };
}

async function readMoof(
  file: FileHandle,
  { start, size }: BoxSpan,
  name: string,
): Promise<ParsedBox> {
  const complaints: string[] = [];
  const bytes =
    size <= MAX_MOOF_SIZE ? await readAt(file, start, size) : new Uint8Array();
  const [moof] = parseBoxes(bytes, (text) => complaints.push(text), UNREAD);
  if (moof !== undefined && complaints.length === 0) return moof;
  throw new PackageProblem(
    `${name}: moof at ${start} cannot be read (${complaints[0] ?? `${size} bytes`}).`,
  );
}

function readRuns(read: () => FragmentRun[]): FragmentRun[] {
  try {
    return read();
  } catch (error) {
    throw new PackageProblem(readingFault(error));
  }
}

/** The first run of each track in a moof. */
function firstRuns(runs: readonly FragmentRun[]): FragmentRun[] {
  return runs.filter(
    ({ trackId }, i) => runs.findIndex((run) => run.trackId === trackId) === i,
  );
}

function addRow(
  tracks: Map<number, Rows>,
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

function tableOf([trackId, { times, offsets }]: [number, Rows]): FragmentTable {
  return {
    trackId,
    time: BigInt64Array.from(times),
    offset: Float64Array.from(offsets),
  };
}
