import type { Bucket } from "../media/leaky-bucket.js";

/** What a piece needs beside others. */
export interface Weight {
  /** The bits of its pictures in one quality, in equally long parts. */
  readonly parts: readonly number[];
}

/** A piece with its length. */
export interface WeighedPiece extends Weight {
  readonly seconds: number;
}

/** What a rung shall be in a piece. */
export interface Share {
  /** In bits per second. */
  readonly bitrate: number;
  /** How full the piece before leaves the buffer, as a share of its size: a guess, nobody waits for it. */
  readonly fill: number;
}

/** x264 seldom lets a buffer become emptier, in two passes and in one. */
export const LOW = { twoPass: 0.1, onePass: 0.2 } as const;
/** It begins a film in a buffer that is so full. */
const FULL = 0.9;

/** Black pictures need next to nothing; x264 cannot aim at that. */
const LEAST_SHARE = 0.02;

/** x264 leaves some of what the line could carry: a piece that the line limits is asked for more. It cannot become more. */
const MORE_OF_FULL = 1.06;

/**
 * Shares the bits of a rung among its pieces: all pictures get them by their weight, as in one encode of the film. Hard
 * pictures get no more than the line and the buffer carry, and the others get what is left. The average of all stays the
 * rung's, unless the line forbids it.
 *
 * @param low the least share of the buffer that x264 leaves
 */
export function shareBits(
  pieces: readonly WeighedPiece[],
  { bitrate, ...line }: Bucket & { readonly bitrate: number },
  low: number,
): Share[] {
  const most = line.maxBitrate;
  const seconds = sum(pieces.map((piece) => piece.seconds));
  const flowAt = (scale: number) => flow(pieces, scale, line, low);
  const isEnough = (scale: number) =>
    sum(flowAt(scale).map(({ bits }) => bits)) >= bitrate * seconds;
  return flowAt(leastScale(isEnough)).map(({ bits, isLimited, fill }, i) => {
    const { seconds: length } = pieces[i] ?? { seconds: 1 };
    const rate = (bits / length) * (isLimited ? MORE_OF_FULL : 1);
    const within = Math.min(most, Math.max(rate, bitrate * LEAST_SHARE));
    return { bitrate: Math.round(within), fill };
  });
}

interface Flow {
  readonly bits: number;
  /** The line carries less than its pictures would have. */
  readonly isLimited: boolean;
  /** How full the buffer is where the piece begins. */
  readonly fill: number;
}

/** The bits of all pieces that get through the line. @param scale how many bits the rung has for one of the weighed */
function flow(
  pieces: readonly WeighedPiece[],
  scale: number,
  { maxBitrate, bufferSize }: Bucket,
  low: number,
): Flow[] {
  let fill = FULL;
  return pieces.map(({ parts, seconds }) => {
    const first = fill;
    const line = (maxBitrate * seconds) / Math.max(1, parts.length);
    let [bits, wanted] = [0, 0];
    for (const weight of parts.length === 0 ? [0] : parts) {
      const want = weight * scale;
      const room = (fill - low) * bufferSize + line;
      const got = Math.min(want, room);
      fill = Math.min(FULL, fill + (line - got) / bufferSize);
      [bits, wanted] = [bits + got, wanted + want];
    }
    const most = maxBitrate * seconds;
    const isLimited = Math.min(bits, most) < wanted * NEARLY;
    return { bits: Math.min(bits, most), isLimited, fill: first };
  });
}

/** Rounding makes no limit. */
const NEARLY = 0.999;

/** The same on all machines: doubled until it is enough, then halved between too little and enough. */
function leastScale(isEnough: (scale: number) => boolean): number {
  let [less, enough] = [0, 1];
  while (!isEnough(enough) && enough < LARGEST_SCALE) enough *= 2;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (less + enough) / 2;
    if (isEnough(middle)) enough = middle;
    else less = middle;
  }
  return enough;
}

/** More changes nothing: the line is full, or nothing weighs anything. */
const LARGEST_SCALE = 2 ** 40;
const HALVINGS = 50;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
