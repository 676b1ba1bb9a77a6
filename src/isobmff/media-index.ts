import type { FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { PackError, readingError } from "../errors.js";
import {
  readFragmentTables,
  readMfra,
  type FragmentTable,
} from "./fragment-index.js";
import {
  newBudget,
  runsOfFragment,
  trackDefaults,
  type FragmentRun,
} from "./fragment-runs.js";
import { moovBeforeFragments, parseMoof } from "./movie.js";
import {
  boxAt,
  childBox,
  childBoxes,
  numberField,
  type ParsedBox,
} from "./parsed-box.js";
import { scanBoxes } from "./scan.js";

/** Positions of a file's fragments, for each of its tracks. */
export interface MediaIndex {
  readonly tables: ReadonlyMap<number, FragmentTable>;
  /** As far as the moov describes them. */
  readonly tracks: ReadonlyMap<number, IndexedTrack>;
  /** Where fragments of any track begin, in the order of the file; the last entry is the end of all fragments. */
  readonly bounds: Float64Array;
  /** The index comes from the fragments themselves: nothing in the file shows whether they are complete. */
  readonly isScanned: boolean;
}

/** A track's description in the moov. */
export interface IndexedTrack {
  /** Ticks per second; undefined when the moov has none. */
  readonly timescale: number | undefined;
  /** One, unless the codec or the size changes within the track. */
  readonly sampleEntries: readonly ParsedBox[];
}

/**
 * Reads the positions of a file's fragments from the mfra at its end. When the mfra is missing
 * or leaves out a track, it reads the moofs.
 *
 * @param trackIds ids of the tracks to serve
 * @throws PackError `input` when the positions cannot be found
 */
export async function readMediaIndex(
  file: FileHandle,
  size: number,
  name: string,
  trackIds: ReadonlySet<number>,
): Promise<MediaIndex> {
  const moov = await moovBeforeFragments(file, size, name);
  const indexed = await indexIn(file, size, name);
  const knowsAll = [...trackIds].every((id) =>
    indexed.tables.some(
      ({ trackId, time }) => trackId === id && time.length > 0,
    ),
  );
  const { tables, end } = knowsAll
    ? indexed
    : await scanFragments(file, size, moov, name);
  requireInside(tables, end, name);
  return {
    tables: new Map(tables.map((table) => [table.trackId, table])),
    tracks: tracksOf(moov),
    bounds: boundsOf(tables, end),
    isScanned: !knowsAll,
  };
}

interface FragmentTables {
  readonly tables: readonly FragmentTable[];
  /** Where the last fragment ends. */
  readonly end: number;
}

async function indexIn(
  file: FileHandle,
  fileSize: number,
  name: string,
): Promise<FragmentTables> {
  const bytes = await readMfra(file, fileSize);
  try {
    const tables = readFragmentTables(bytes);
    return { tables, end: fileSize - bytes.length };
  } catch (error) {
    throw new PackError(
      "input",
      `${name}: its index is damaged (${readingError(error)}).`,
    );
  }
}

function tracksOf(moov: ParsedBox | undefined): Map<number, IndexedTrack> {
  const traks = moov ? childBoxes(moov, "trak") : [];
  return new Map(
    traks.map((trak) => {
      const tkhd = childBox(trak, "tkhd");
      const mdhd = boxAt(trak, ["mdia", "mdhd"]);
      const stsd = boxAt(trak, ["mdia", "minf", "stbl", "stsd"]);
      const timescale = mdhd ? numberField(mdhd, "timescale") : NaN;
      return [
        tkhd ? numberField(tkhd, "track_id") : NaN,
        {
          timescale: timescale > 0 ? timescale : undefined,
          sampleEntries: stsd?.children ?? [],
        },
      ];
    }),
  );
}

/** When an index points beyond the end, it belongs to another file, or the file was cut off. */
function requireInside(
  tables: readonly FragmentTable[],
  end: number,
  name: string,
): void {
  for (const { offset } of tables) {
    const last = offset.reduce((a, b) => Math.max(a, b), 0);
    if (last + 8 <= end) continue;
    throw new PackError(
      "input",
      `${name}: its index leads to byte ${last}, the fragments end at ${end}.`,
    );
  }
}

function boundsOf(tables: readonly FragmentTable[], end: number): Float64Array {
  const all = new Set(tables.flatMap(({ offset }) => [...offset]));
  return Float64Array.from([...all, end]).sort();
}

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
async function scanFragments(
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
