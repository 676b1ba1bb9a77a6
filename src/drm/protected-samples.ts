import { type KeyObject, createHmac, randomBytes } from "node:crypto";
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
  readonly encryption: BoxStyle;
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
  readonly encrypted: Uint32Array;
}

/** The initialization vector of sample `i`. */
export function ivOf({ firstIv }: ProtectedSamples, i: number): bigint {
  return BigInt.asUintN(64, firstIv + BigInt(i));
}

/** How many bytes of sample `i`, which has `size`, nobody can read without the key. */
export function encryptedIn(
  { subsamples }: ProtectedSamples,
  i: number,
  size: number,
): number {
  if (subsamples === undefined) return size;
  let sum = 0;
  for (let k = at(subsamples.first, i); k < at(subsamples.first, i + 1); k++)
    sum += at(subsamples.encrypted, k);
  return sum;
}

/** How many bytes of all samples. */
export function encryptedBytes(
  { subsamples }: ProtectedSamples,
  sizes: ArrayLike<number>,
): number {
  const hidden = subsamples?.encrypted ?? sizes;
  let sum = 0;
  for (let i = 0; i < hidden.length; i++) sum += at(hidden, i);
  return sum;
}

/**
 * The initialization vectors of tracks under one key. Two samples with the same one
 * would give away each other's content. A vector has 64 bits, and those of a track
 * follow one another from its first.
 */

/**
 * Any, and no two runs the same.
 *
 * @param counts samples of each track
 * @returns the first of each track
 */
export function randomIvs(counts: readonly number[]): bigint[] {
  return apart(counts, () => randomBytes(8).readBigUInt64BE());
}

/** A track whose vectors are the same whenever its samples are. */
interface DerivedTrack {
  readonly count: number;
  /** Its name in the presentation. */
  readonly identity: string;
  /** SHA-256 of all that is encrypted, and of which of it is. */
  readonly content: Uint8Array;
}

/** From the key and what is encrypted: other content has other vectors. */
export function derivedIvs(
  key: KeyObject,
  tracks: readonly DerivedTrack[],
): bigint[] {
  const counts = tracks.map(({ count }) => count);
  return apart(counts, (i, attempt) => {
    const { identity = "", content = new Uint8Array() } = tracks[i] ?? {};
    const hmac = createHmac("sha256", key);
    hmac.update(`mss-pack ${attempt} ${identity}\0`).update(content);
    return hmac.digest().readBigUInt64BE();
  });
}

/** Draws for each track until its range meets none of those before it. */
export function apart(
  counts: readonly number[],
  draw: (track: number, attempt: number) => bigint,
): bigint[] {
  const ranges: { first: bigint; count: bigint }[] = [];
  for (const [i, count] of counts.entries()) {
    const range = { first: 0n, count: BigInt(count) };
    let attempt = 0;
    do range.first = draw(i, attempt++);
    while (ranges.some((other) => meet(range, other)));
    ranges.push(range);
  }
  return ranges.map(({ first }) => first);
}

interface Range {
  readonly first: bigint;
  readonly count: bigint;
}

/** Numbers go on at 0 behind the last of 64 bits. */
function meet(a: Range, b: Range): boolean {
  const from = (x: Range, y: Range) => BigInt.asUintN(64, y.first - x.first);
  return from(a, b) < a.count || from(b, a) < b.count;
}
