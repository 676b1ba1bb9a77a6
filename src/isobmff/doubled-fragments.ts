import { PackError } from "../errors.js";
import type { MediaSource } from "./fragment-folder.js";
import type { FragmentRun } from "./fragment-runs.js";
import { readAt } from "./scan.js";

/** A fragment that its file has once more, with the same bytes at the same time. */
export interface DoubledFragment {
  /** Its number among the fragments of its track, from 1, and that of the one that is kept. */
  readonly number: number;
  readonly kept: number;
  /** Of its moof in the file. */
  readonly offset: number;
  /** Its samples among all of the track in the file. */
  readonly firstSample: number;
  readonly sampleCount: number;
}

/** The fragments of a track in a damaged file. */
export interface DoubledTrack {
  readonly runs: readonly FragmentRun[];
  /** By its tfra: when fragments are presented, by the positions of their moofs. */
  readonly indexed: ReadonlyMap<number, bigint>;
  /** How many fragments a client manifest announces; 0 when it is not known, or no matter. */
  readonly announced: number;
  readonly file: MediaSource;
  readonly size: number;
  /** The file and the track, for messages. */
  readonly where: string;
}

/** A fragment: the runs of one moof. */
interface Fragment {
  readonly number: number;
  readonly offset: number;
  /** When its first sample is presented, as far as the file itself tells. */
  readonly time: bigint | undefined;
  readonly firstSample: number;
  readonly runs: readonly FragmentRun[];
}

/**
 * Drops the fragments that a file has twice, as two encoders or two attempts wrote them into a live archive. One
 * without a time of its own is twice there when it equals the one before, and the others suffice.
 *
 * @returns the runs of the others, and what was dropped
 * @throws PackError `input` for two fragments of one time that differ: which of them is right cannot be told
 */
export async function withoutDoubles(
  track: DoubledTrack,
): Promise<{ runs: readonly FragmentRun[]; doubled: DoubledFragment[] }> {
  const fragments = fragmentsIn(track);
  const doubled = [
    ...(await ofOneTime(fragments, track)),
    ...(await withoutTime(fragments, track)),
  ].sort((a, b) => a.number - b.number);
  if (doubled.length === 0) return { runs: track.runs, doubled };
  const dropped = new Set(doubled.map(({ number }) => number));
  const left = fragments.filter(({ number }) => !dropped.has(number));
  return { runs: left.flatMap(({ runs }) => runs), doubled };
}

function fragmentsIn({ runs, indexed }: DoubledTrack): Fragment[] {
  const begins = runs.flatMap(({ moof }, i) => (moof === undefined ? [] : i));
  let sample = 0;
  return begins.map((begin, k) => {
    const own = runs.slice(begin, begins[k + 1]);
    const {
      moof: offset = NaN,
      presented,
      decoded,
      compositionOffset,
    } = own[0] ?? runs[begin] ?? NOTHING;
    const shown =
      decoded === undefined
        ? undefined
        : decoded + BigInt(compositionOffset[0] ?? 0);
    const time = presented ?? shown ?? indexed.get(offset);
    const firstSample = sample;
    sample += countOf(own);
    return { number: k + 1, offset, time, firstSample, runs: own };
  });
}

function countOf(runs: readonly FragmentRun[]): number {
  return runs.reduce((sum, { size }) => sum + size.length, 0);
}

const NOTHING = {
  ...{ moof: undefined, presented: undefined, decoded: undefined },
  compositionOffset: new Int32Array(),
};

async function ofOneTime(
  fragments: readonly Fragment[],
  track: DoubledTrack,
): Promise<DoubledFragment[]> {
  const first = new Map<bigint, Fragment>();
  const doubled: DoubledFragment[] = [];
  for (const fragment of fragments) {
    const { time } = fragment;
    const before = time === undefined ? undefined : first.get(time);
    if (time !== undefined && before === undefined) first.set(time, fragment);
    // The end of the file cuts it off: that is another fault.
    if (before === undefined || !isInside(fragment, track)) continue;
    if (!(await areEqual(before, fragment, track)))
      throw unequal(before, fragment, track.where);
    doubled.push(doubledOf(before, fragment));
  }
  return doubled;
}

/** Silence may equal the silence before it: so only what is more than enough is dropped. */
async function withoutTime(
  fragments: readonly Fragment[],
  track: DoubledTrack,
): Promise<DoubledFragment[]> {
  const { announced } = track;
  const isKnown = fragments.some(({ time }) => time !== undefined);
  if (!isKnown && announced === 0) return [];
  const doubled: DoubledFragment[] = [];
  for (const [i, fragment] of fragments.entries()) {
    const before = fragments[i - 1];
    const isUntold = fragment.time === undefined && before !== undefined;
    if (isUntold && (await areEqual(before, fragment, track)))
      doubled.push(doubledOf(before, fragment));
  }
  const excess = fragments.length - announced;
  return isKnown || doubled.length === excess ? doubled : [];
}

function doubledOf(before: Fragment, fragment: Fragment): DoubledFragment {
  const { number, offset, firstSample, runs } = fragment;
  const kept = before.number;
  return { number, kept, offset, firstSample, sampleCount: countOf(runs) };
}

function isInside({ runs }: Fragment, { size }: DoubledTrack): boolean {
  return runs.every((run) => run.offset + bytesOf(run) <= size);
}

function bytesOf({ size }: FragmentRun): number {
  return size.reduce((sum, one) => sum + one, 0);
}

async function areEqual(
  a: Fragment,
  b: Fragment,
  { file }: DoubledTrack,
): Promise<boolean> {
  if (a.runs.length !== b.runs.length) return false;
  for (const [i, run] of a.runs.entries()) {
    const other = b.runs[i];
    if (other === undefined || !areAlike(run, other)) return false;
    if (!(await haveEqualBytes(run, other, file))) return false;
  }
  return true;
}

function areAlike(a: FragmentRun, b: FragmentRun): boolean {
  const isSame = (column: (run: FragmentRun) => Iterable<number>) => {
    const [one, other] = [[...column(a)], [...column(b)]];
    return (
      one.length === other.length && one.every((value, i) => value === other[i])
    );
  };
  return (
    isSame(({ size }) => size) &&
    isSame(({ duration }) => duration) &&
    isSame(({ compositionOffset }) => compositionOffset)
  );
}

/** Bytes that are compared at once. */
const PART = 1 << 20;

async function haveEqualBytes(
  a: FragmentRun,
  b: FragmentRun,
  file: MediaSource,
): Promise<boolean> {
  const length = bytesOf(a);
  for (let done = 0; done < length; done += PART) {
    const some = Math.min(PART, length - done);
    const one = await readAt(file, a.offset + done, some);
    const other = await readAt(file, b.offset + done, some);
    if (Buffer.compare(one, other) !== 0) return false;
  }
  return true;
}

function unequal(a: Fragment, b: Fragment, where: string): PackError {
  return new PackError(
    "input",
    `${where}: fragments ${a.number} and ${b.number} both begin at ${b.time}, and differ. Expected one, or the same twice.`,
    {
      hint: "Which of them is right cannot be told. Take the track out of the .ism, if the film can do without it.",
      facts: { fragments: [a.number, b.number], offsets: [a.offset, b.offset] },
    },
  );
}
