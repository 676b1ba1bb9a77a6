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

/** A line that brings this much more than a piece needs fills the buffer again before its end. */
const EASY = 2 / 3;
const [FULL, LOW] = [0.9, 0.4];

/**
 * How full a piece leaves the buffer, as a share of its size: a guess, because the next one does not wait for it.
 *
 * @param rate of the piece, and `cap` of the line, in bits per second
 */
export function fillBehind(rate: number, cap: number): number {
  const effort = Math.min(1, Math.max(0, (rate / cap - EASY) / (1 - EASY)));
  return FULL - effort * (FULL - LOW);
}

/** Black pictures need next to nothing; x264 cannot aim at that. */
const LEAST_SHARE = 0.02;

function sum(
  numbers: readonly number[],
  isIn: (i: number) => boolean = () => true,
): number {
  return numbers.reduce((total, one, i) => (isIn(i) ? total + one : total), 0);
}
