import type { Bucket } from "../media/leaky-bucket.js";

/**
 * Shares the bits of a rung among its pieces: each gets by its weight, and none more than the cap. The average of all
 * stays the rung's, unless the cap forbids it.
 *
 * @param weights of the pieces: the bits that each needs for the same quality
 * @param frames of the pieces
 * @param average and `cap` in bits per second
 * @returns bits per second of each piece
 */
export function shareBits(
  weights: readonly number[],
  frames: readonly number[],
  average: number,
  cap: number,
): number[] {
  const all = sum(frames);
  const rates = weights.map((weight, i) => weight / (frames[i] ?? 1));
  const isFull = rates.map(() => false);
  for (;;) {
    // What full pieces take is gone; the others share the rest.
    const rest = average * all - cap * sum(frames, (i) => isFull[i] === true);
    const open = sum(weights, (i) => isFull[i] !== true);
    const scale = open > 0 ? rest / open : 0;
    const more = rates.findIndex((rate, i) => !isFull[i] && rate * scale > cap);
    if (more < 0)
      return rates.map((rate, i) =>
        Math.round(
          isFull[i] ? cap : Math.max(rate * scale, average * LEAST_SHARE),
        ),
      );
    isFull[more] = true;
  }
}

/** The bits of the last pictures of a piece, in equally long parts. */
export interface PieceEnd {
  readonly parts: readonly number[];
  /** Of each part. */
  readonly seconds: number;
}

/** x264 seldom lets a buffer become emptier, in two passes and in one. */
export const LOW = { twoPass: 0.1, onePass: 0.2 } as const;
/** It begins a film in a buffer that is so full. */
const FULL = 0.9;

/**
 * How full a piece leaves the buffer, as a share of its size: a guess, because the next one does not wait for it. The
 * average of the piece does not tell it: a calm piece may end with a hard scene.
 *
 * @param scale how many bits the rung has for one of the weighed pictures
 * @param low the least share that it leaves
 */
export function fillBehind(
  { parts, seconds }: PieceEnd,
  scale: number,
  { maxBitrate, bufferSize }: Bucket,
  low: number,
): number {
  const after = (fill: number, bits: number) =>
    fill + (maxBitrate * seconds - bits * scale) / bufferSize;
  return parts.reduce(
    (fill, bits) => Math.min(FULL, Math.max(low, after(fill, bits))),
    FULL,
  );
}

/** Black pictures need next to nothing; x264 cannot aim at that. */
const LEAST_SHARE = 0.02;

function sum(
  numbers: readonly number[],
  isIn: (i: number) => boolean = () => true,
): number {
  return numbers.reduce((total, one, i) => (isIn(i) ? total + one : total), 0);
}
