import type { KeyObject } from "node:crypto";
import { at } from "../media/track.js";
import type { BoxStyle } from "./box-style.js";

/** What all protected tracks of a presentation have in common. Plain data: threads can be given it. */
export interface Protection {
  /** UUID of the system that gives licences. */
  readonly systemId: string;
  /** Its header: a PlayReady Object. */
  readonly data: Uint8Array;
  /** 16 bytes in UUID order. */
  readonly kid: Uint8Array;
  readonly key: KeyObject;
  readonly boxes: BoxStyle;
}

/** How the samples of a track are protected. */
export interface ProtectedSamples extends Protection {
  /** 64 bits, the initialization vector of the first sample; each next one has the next number. */
  readonly firstIv: bigint;
  /** Which bytes; undefined: all of every sample. */
  readonly subsamples?: SubsampleTable | undefined;
}

/**
 * The subsamples of all samples of a track, in memory that all threads share.
 * Each is a run of clear bytes and a run of protected ones behind it.
 */
export interface SubsampleTable {
  /** `count + 1` numbers: where the subsamples of each sample begin in the other columns. */
  readonly first: Uint32Array;
  readonly clear: Uint16Array;
  readonly hidden: Uint32Array;
}

/** The initialization vector of sample `i`. */
export function ivOf({ firstIv }: ProtectedSamples, i: number): bigint {
  return BigInt.asUintN(64, firstIv + BigInt(i));
}

/** How many bytes of sample `i`, which has `size`, nobody can read without the key. */
export function hiddenIn(
  { subsamples }: ProtectedSamples,
  i: number,
  size: number,
): number {
  if (subsamples === undefined) return size;
  let sum = 0;
  for (let k = at(subsamples.first, i); k < at(subsamples.first, i + 1); k++)
    sum += at(subsamples.hidden, k);
  return sum;
}

/** How many bytes of all samples. */
export function hiddenBytes(
  { subsamples }: ProtectedSamples,
  sizes: ArrayLike<number>,
): number {
  const hidden = subsamples?.hidden ?? sizes;
  let sum = 0;
  for (let i = 0; i < hidden.length; i++) sum += at(hidden, i);
  return sum;
}
