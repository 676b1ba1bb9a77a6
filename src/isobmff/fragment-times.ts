import type { FragmentRun } from "./fragment-runs.js";

/** What is told of a track's fragments outside of them, for makers who write no time into them. */
export interface ToldOutside {
  /** By its tfra: when fragments are presented, by the positions of their moofs. */
  readonly indexed: ReadonlyMap<number, bigint>;
  /** By a client manifest: the same, fragment by fragment. */
  readonly announced: readonly bigint[];
}

/** Does a fragment itself say when it begins? */
export function tellsItsTime({ moof, presented, decoded }: FragmentRun) {
  return moof === undefined || presented !== undefined || decoded !== undefined;
}

/**
 * When the first sample of each run of a track is decoded; undefined where it goes
 * on when the run before has ended. Smooth Streaming tells when a fragment's first
 * sample is presented (tfxd, tfra, manifest): what encoders of positive composition
 * offsets decode earlier. MS-SSTR 2.2.4.4, ISO/IEC 14496-12 8.8.12
 */
export function beginsOf(
  runs: readonly FragmentRun[],
  { indexed, announced }: ToldOutside,
): (bigint | undefined)[] {
  const fragments = runs.filter(({ moof }) => moof !== undefined).length;
  // Another number of them would tell of other fragments.
  const isOfThese = announced.length === fragments;
  let fragment = -1;
  return runs.map((run) => {
    if (run.moof === undefined) return undefined;
    fragment++;
    const { presented, decoded } = run;
    if (presented === undefined && decoded !== undefined) return decoded;
    const time =
      presented ??
      indexed.get(run.moof) ??
      (isOfThese ? announced[fragment] : undefined);
    const offset = BigInt(run.compositionOffset[0] ?? 0);
    return time === undefined ? undefined : time - offset;
  });
}

/** A film is no longer; what begins later was counted from another time than its own begin. */
const LATEST_BEGIN_SECONDS = 30 * 24 * 3600;

/**
 * The whole second from which times are counted, so that numbers hold them on any
 * clock: 0, or where a live encoder counted from 1601 or 1970, the one in which
 * the first fragment begins.
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
