import type { Ticks } from "./time.js";
import { at } from "./track.js";

/** A run of samples that will be one moof and mdat. */
export interface Fragment {
  readonly firstSample: number;
  /** One past the last sample. */
  readonly endSample: number;
  readonly time: Ticks;
  readonly duration: Ticks;
}

/**
 * The fragments of a track: each begins where the one before ends. Columns in memory that threads
 * share: the objects of a long film would be copied from heap to heap, and make all of them larger.
 */
export interface Fragments extends FragmentTimes {
  /** One more than fragments: the last is the end of the track. */
  readonly firstSample: Uint32Array;
}

/** When fragments play. */
export interface FragmentTimes {
  readonly count: number;
  /** When each begins, and the end of the last. */
  readonly time: Float64Array;
}

/** Columns to fill. */
export function newFragments(count: number): Fragments {
  const shared = (bytes: number) => new SharedArrayBuffer(bytes);
  return {
    count,
    firstSample: new Uint32Array(shared(4 * (count + 1))),
    time: new Float64Array(shared(8 * (count + 1))),
  };
}

/** Fragment `i`, counted from 0, which must be in range. */
export function nthFragment(
  { firstSample, time }: Fragments,
  i: number,
): Fragment {
  const begin = at(time, i);
  return {
    firstSample: at(firstSample, i),
    endSample: at(firstSample, i + 1),
    time: begin,
    duration: at(time, i + 1) - begin,
  };
}

/** The fragments one by one. */
export function* eachFragment(fragments: Fragments): Generator<Fragment, void> {
  for (let i = 0; i < fragments.count; i++) yield nthFragment(fragments, i);
}

/** When the fragments begin. */
export function fragmentBegins({ time, count }: FragmentTimes): Ticks[] {
  return Array.from(time.subarray(0, count));
}
