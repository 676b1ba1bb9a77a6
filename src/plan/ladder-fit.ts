import type { FrameRange } from "../media/fragment-length.js";

/** How a ladder was fitted to its film: what samples of it have shown, and what was chosen. */
export interface LadderFit {
  /** VMAF in points, or SSIM in decibels. */
  readonly metric: "vmaf" | "ssim";
  /** A rung may lose so much against the fixed ladder. */
  readonly loss: number;
  /** More than this the highest rung does not need; left out: no such number. */
  readonly enough?: number;
  /** The frames that were sampled. */
  readonly windows: readonly FrameRange[];
  /** Each so many-th frame of them has a score. */
  readonly every: number;
  /** Highest first, those that are left out too. */
  readonly rungs: readonly RungFit[];
}

export interface RungFit {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** What the rung of the fixed ladder would be: a guess, nobody has encoded it. */
  readonly fixed: RatedScore;
  /** Ascending by their crf. */
  readonly points: readonly (RatedScore & { readonly crf: number })[];
  /** The best score that its size can have. */
  readonly ceiling?: number;
  readonly chosen?: ChosenQuality;
  /** Why the fixed rung is kept. */
  readonly kept?: string;
  /** Why there is no such rung. */
  readonly left?: string;
}

export interface RatedScore {
  /** Bits per second. */
  readonly bitrate: number;
  readonly score: number;
}

export interface ChosenQuality extends RatedScore {
  readonly crf: number;
  /** Of each sampled window. */
  readonly windows: readonly (number | undefined)[];
}
