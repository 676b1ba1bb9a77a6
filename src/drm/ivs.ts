import { createHmac, randomBytes, type KeyObject } from "node:crypto";

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
export interface DerivedTrack {
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
