import { setImmediate } from "node:timers/promises";
import { faultOf, PackError } from "../errors.js";
import { withoutDoubles } from "../isobmff/doubled-fragments.js";
import type { FragmentTable } from "../isobmff/fragment-index.js";
import {
  newBudget,
  runsOfFragment,
  type FragmentRun,
} from "../isobmff/fragment-runs.js";
import { parseMoof } from "../isobmff/movie.js";
import { boxAtPosition } from "../isobmff/scan.js";
import type { HeadSource } from "./look-at-heads.js";
import type { SeenHead, SeenTrack } from "./seen.js";

/** A track whose fragments are all read. */
export interface TrackToSee {
  readonly trackId: number;
  readonly heads: readonly SeenHead[];
  /** Of the mfra, right or wrong. */
  readonly rows: readonly FragmentTable[];
  /** How many fragments the client manifest announces; 0 when it does not. */
  readonly announced: number;
}

export type SeenDoubles = Pick<SeenTrack, "doubled" | "doubledFault">;

/** After this many fragments other work gets its turn. */
const FRAGMENTS_A_TURN = 64;

/** Which fragments of a track are there twice, as mux finds them. Most files have none, and are not read again. */
export async function lookForDoubles(
  source: HeadSource,
  track: TrackToSee,
): Promise<SeenDoubles> {
  const { trackId, heads, announced, rows } = track;
  const indexed = indexOf(rows, trackId);
  if (!maybeDoubled(heads, indexed, announced)) return { doubled: [] };
  const runs = await runsAt(source, track);
  const { file, size, name: where } = source;
  const opened = { file, size, where };
  try {
    return await withoutDoubles({ runs, indexed, announced, ...opened });
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    return { doubled: [], doubledFault: faultOf(error, where) };
  }
}

function indexOf(
  rows: readonly FragmentTable[],
  trackId: number,
): Map<number, bigint> {
  const own = rows.filter((row) => row.trackId === trackId);
  return new Map(
    own.flatMap(({ offset, time }) =>
      [...offset].map((at, i): [number, bigint] => [at, time[i] ?? 0n]),
    ),
  );
}

function maybeDoubled(
  heads: readonly SeenHead[],
  indexed: ReadonlyMap<number, bigint>,
  announced: number,
): boolean {
  const times = heads.map(({ told, offset }) => told ?? indexed.get(offset));
  const known = times.filter((time) => time !== undefined);
  if (new Set(known).size < known.length) return true;
  const isKnown = known.length > 0 || announced > 0;
  return known.length < heads.length && heads.length !== announced && isKnown;
}

async function runsAt(
  { file, size, name, defaults }: HeadSource,
  { trackId, heads }: TrackToSee,
): Promise<FragmentRun[]> {
  const budget = newBudget();
  const runs: FragmentRun[] = [];
  for (const [i, { offset }] of heads.entries()) {
    if (i % FRAGMENTS_A_TURN === 0) await setImmediate();
    const span = await boxAtPosition(file, offset, size);
    const moof = await parseMoof(file, span, size, name);
    const all = runsOfFragment(moof, offset, defaults, budget, name);
    runs.push(...all.filter((run) => run.trackId === trackId));
  }
  return runs;
}
