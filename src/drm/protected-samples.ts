import { type KeyObject, createHmac, randomBytes } from "node:crypto";
import type { Protected } from "../media/presentation.js";
import { at } from "../media/track.js";
import type { BoxStyle } from "./box-style.js";

/** The settings that all protected tracks of a presentation share. Plain data, so threads can receive it. */
export interface Protection {
  /** UUID of the licence system. */
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
  /** 64 bits, the initialization vector of the first sample; each next sample has the next number. */
  readonly firstIv: bigint;
  /** Which bytes are protected; undefined: all bytes of every sample. */
  readonly subsamples?: SubsampleTable | undefined;
}

/**
 * Samples of a track that are encrypted already, in counter mode, and stay so: nothing of them needs the key. Plain data,
 * so threads can receive it.
 */
export interface KeptEncryption {
  readonly encryption: "cenc";
  /** 16 bytes in UUID order. */
  readonly kid: Uint8Array;
  /** The licence system and its header. */
  readonly header: Protected;
  /** Bytes of a vector: 8 or 16. */
  readonly ivSize: number;
  /** One after another, in memory that all threads share. */
  readonly vectors: Uint8Array;
  /** Undefined: all bytes of every sample are encrypted. */
  readonly subsamples?: SubsampleTable | undefined;
}

/** What the boxes of encrypted samples tell. */
export type EncryptedSamples = ProtectedSamples | KeptEncryption;

export function isKept(samples: EncryptedSamples): samples is KeptEncryption {
  return "vectors" in samples;
}

/**
 * The subsamples of all samples of a track, in memory that all threads share. Each is a run of
 * clear bytes, then a run of protected ones.
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

/** How many bytes of sample `i`, of size `size`, are encrypted. */
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

/** How many bytes of all samples are encrypted. */
export function encryptedBytes(
  { subsamples }: ProtectedSamples,
  sizes: ArrayLike<number>,
): number {
  const encrypted = subsamples?.encrypted ?? sizes;
  let sum = 0;
  for (let i = 0; i < encrypted.length; i++) sum += at(encrypted, i);
  return sum;
}

/**
 * The initialization vectors of tracks under one key. Two samples with the same vector would
 * reveal each other's content. A vector has 64 bits, and the vectors of a track are consecutive
 * numbers.
 */

/**
 * Random vectors: no two runs have the same.
 *
 * @param counts samples of each track
 * @returns the first of each track
 */
export function randomIvs(counts: readonly number[]): bigint[] {
  return apart(counts, () => randomBytes(8).readBigUInt64BE());
}

/** A track whose vectors depend on its samples alone. */
interface DerivedTrack {
  readonly count: number;
  /** Its name in the presentation. */
  readonly identity: string;
  /** SHA-256 of all encrypted bytes and their positions. */
  readonly content: Uint8Array;
}

/** Vectors from the key and the encrypted content: other content has other vectors. */
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

/** Draws for each track until its range overlaps no earlier range. */
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

/** After the last 64-bit number comes 0. */
function meet(a: Range, b: Range): boolean {
  const from = (x: Range, y: Range) => BigInt.asUintN(64, y.first - x.first);
  return from(a, b) < a.count || from(b, a) < b.count;
}
