import { messageOf, PackError } from "../errors.js";
import type { MediaSource } from "./fragment-folder.js";
import { MAX_MFRA_SIZE, readFragmentTables } from "./fragment-index.js";
import type { FragmentRun } from "./fragment-runs.js";
import { joinRuns } from "./join-runs.js";
import { withoutDoubles, type DoubledFragment } from "./doubled-fragments.js";
import { readAt, type BoxSpan } from "./scan.js";
import { unwrapped } from "./scan-fragments.js";
import type { StreamKind, TrackKind } from "../media/track.js";
import type { MovieTrack } from "./tracks.js";

export interface ReadMovieOptions {
  /**
   * Called when the fragments of a track have no times in the file; gives the times in ticks of
   * the track, in the order of the file.
   */
  readonly announced?:
    | ((trackId: number, timescale: number) => Promise<readonly bigint[]>)
    | undefined;
  /**
   * Take what is whole of a damaged file: without a last fragment that is cut off, without its index, and a fragment
   * once that is there twice. Default: such a file is refused.
   */
  readonly salvage?: boolean | undefined;
}

/** A file, and other sources for the times of its fragments. */
export interface TimeSources extends ReadMovieOptions {
  readonly file: MediaSource;
  readonly size: number;
  /** Where its mfra is, if it has one. */
  readonly index: readonly BoxSpan[];
  readonly path: string;
}

/** A track with its fragments, before their samples become one table. */
export interface FragmentedTrack<Kind extends StreamKind = TrackKind> {
  readonly track: MovieTrack<Kind>;
  readonly runs: readonly FragmentRun[];
  readonly begins: readonly (bigint | undefined)[];
  /** What was dropped. */
  readonly doubled: readonly DoubledFragment[];
}

/** Each track with its fragments, and when they begin. */
export async function fragmentsOf<Kind extends StreamKind>(
  tracks: readonly MovieTrack<Kind>[],
  all: readonly FragmentRun[],
  outside: TimeSources,
): Promise<FragmentedTrack<Kind>[]> {
  const fragmented: FragmentedTrack<Kind>[] = [];
  let indexed: Map<number, Map<number, bigint>> | undefined;
  for (const track of tracks) {
    const { trackId } = track;
    const own = all.filter((run) => run.trackId === trackId);
    const outsideTimes = {
      indexed: new Map<number, bigint>(),
      announced: NONE,
    };
    if (!own.every(tellsItsTime)) {
      indexed ??= await readIndex(outside);
      outsideTimes.indexed = indexed.get(trackId) ?? outsideTimes.indexed;
      const isKnown = own.every(
        (run) => tellsItsTime(run) || outsideTimes.indexed.has(run.moof ?? NaN),
      );
      if (!isKnown)
        outsideTimes.announced =
          (await outside.announced?.(trackId, track.timescale)) ?? NONE;
    }
    const { runs, doubled } = outside.salvage
      ? await onceEach(own, outsideTimes, trackId, outside)
      : { runs: own, doubled: [] };
    const begins = beginsOf(runs, outsideTimes, outside.salvage);
    fragmented.push({ track, runs, begins, doubled });
  }
  return fragmented;
}

function onceEach(
  runs: readonly FragmentRun[],
  { indexed, announced }: OutsideTimes,
  trackId: number,
  { file, size, path }: TimeSources,
) {
  const where = `${path} track ${trackId}`;
  const count = announced.length;
  return withoutDoubles({ runs, indexed, announced: count, file, size, where });
}

const NONE: readonly bigint[] = [];

/** By track: when fragments are presented, by the positions of their moofs. */
async function readIndex({ file, size, index, path, salvage }: TimeSources) {
  const tables = new Map<number, Map<number, bigint>>();
  for (const span of index) {
    const isWhole =
      span.start + span.size <= size && span.size <= MAX_MFRA_SIZE;
    if (!isWhole && salvage) continue;
    if (!isWhole) throw damagedIndex(path, span, `${span.size} bytes`);
    try {
      const bytes = await readAt(file, span.start, span.size);
      for (const { trackId, time, offset } of readFragmentTables(bytes)) {
        const rows = tables.get(trackId) ?? new Map<number, bigint>();
        offset.forEach((moof, i) => rows.set(moof, time[i] ?? 0n));
        tables.set(trackId, rows);
      }
    } catch (error) {
      if (salvage) continue;
      throw damagedIndex(path, span, messageOf(error));
    }
  }
  return tables;
}

function damagedIndex(
  path: string,
  { start }: BoxSpan,
  why: string,
): PackError {
  return new PackError(
    "input",
    `${path}: mfra at ${start} cannot be read (${why}), and its fragments do not say when they begin.`,
    { hint: "The file is cut off or damaged." },
  );
}

/**
 * The tracks of a file with the samples of its fragments, each at its time.
 *
 * @param runs of all tracks, in the order of the file
 * @throws PackError `input` when times go back, or a needed index is damaged
 */
export async function withFragments<Kind extends StreamKind>(
  tracks: readonly MovieTrack<Kind>[],
  runs: readonly FragmentRun[],
  outside: TimeSources,
): Promise<MovieTrack<Kind>[]> {
  const fragmented = await fragmentsOf(tracks, runs, outside);
  const origin = originSeconds(
    fragmented.map(({ track: { timescale }, begins }) => ({
      timescale,
      begins,
    })),
  );
  return fragmented.map(({ track, runs: own, begins, doubled }) => {
    const { timescale, samples, trackId } = track;
    const zero = BigInt(origin) * BigInt(timescale);
    const numbers = begins.map((begin) =>
      begin === undefined ? undefined : Number(begin - zero),
    );
    const where = `${outside.path} track ${trackId}`;
    const joined = joinRuns(samples, own, numbers, where);
    const twice = doubled.length > 0 && { doubled };
    return counted({ ...track, samples: joined, ...twice }, origin);
  });
}

/** An edit list counts from the same time as its media; with an origin, this function applies it. */
function counted<Kind extends StreamKind>(
  track: MovieTrack<Kind>,
  origin: number,
): MovieTrack<Kind> {
  if (origin === 0) return track;
  const { samples, edits } = track;
  const lead = edits.find(({ mediaTime }) => mediaTime > 0)?.mediaTime ?? 0;
  for (let i = 0; i <= samples.count && lead > 0; i++)
    samples.decodeTime[i] = (samples.decodeTime[i] ?? 0) - lead;
  return { ...track, edits: [], originSeconds: origin };
}

/** Sources of a track's times outside of its fragments, for programs that write none into them. */
interface OutsideTimes {
  /** By its tfra: when fragments are presented, by the positions of their moofs. */
  readonly indexed: ReadonlyMap<number, bigint>;
  /** The same from a client manifest, fragment by fragment. */
  readonly announced: readonly bigint[];
}

/** Does the fragment itself have its time? */
function tellsItsTime({ moof, presented, decoded }: FragmentRun) {
  return moof === undefined || presented !== undefined || decoded !== undefined;
}

/**
 * When the first sample of each run of a track is decoded; undefined when it follows the
 * previous run. Smooth Streaming has the presentation time of a fragment's first sample (tfxd,
 * tfra, manifest). Encoders with positive composition offsets decode that sample earlier.
 * MS-SSTR 2.2.4.4, ISO/IEC 14496-12 8.8.12
 */
export function beginsOf(
  runs: readonly FragmentRun[],
  { indexed, announced }: OutsideTimes,
  salvage = false,
): (bigint | undefined)[] {
  const fragments = runs.filter(({ moof }) => moof !== undefined).length;
  // A different number of times would belong to other fragments.
  const isOfThese = salvage
    ? announced.length >= fragments
    : announced.length === fragments;
  let fragment = -1;
  let before = 0n;
  const goOn = (told: bigint) => (before = unwrapped(told, before));
  return runs.map((run) => {
    if (run.moof === undefined) return undefined;
    fragment++;
    const { presented, decoded } = run;
    if (presented === undefined && decoded !== undefined) return goOn(decoded);
    const time =
      presented === undefined
        ? (indexed.get(run.moof) ??
          (isOfThese ? announced[fragment] : undefined))
        : goOn(presented);
    const offset = BigInt(run.compositionOffset[0] ?? 0);
    return time === undefined ? undefined : time - offset;
  });
}

/** No film is longer; a later start time does not count from the film's start. */
const LATEST_BEGIN_SECONDS = 30 * 24 * 3600;

/**
 * The whole second from which times are counted, so that numbers can hold them on any clock. It
 * is 0, or, when a live encoder counts from 1601 or 1970, the second in which the first
 * fragment begins.
 */
export function originSeconds(
  tracks: readonly {
    readonly timescale: number;
    readonly begins: readonly (bigint | undefined)[];
  }[],
): number {
  let first = Infinity;
  for (const { timescale, begins } of tracks)
    for (const begin of begins)
      if (begin !== undefined)
        first = Math.min(first, Number(begin / BigInt(timescale)));
  const isFar = Number.isFinite(first) && first > LATEST_BEGIN_SECONDS;
  return isFar ? first : 0;
}
