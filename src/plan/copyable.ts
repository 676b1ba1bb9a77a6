import type { Ticks } from "../media/time.js";
import type { H264Profile } from "./preset.js";

/** What of a source may be taken as it is: its picture as the top rung, its sound. */
export const COPY_CHOICES = ["top", "audio"] as const;

export type CopyChoice = (typeof COPY_CHOICES)[number];

/** What the tables of an MP4 say of taking its tracks as they are. Times are in 10 MHz ticks of its own clock. */
export interface CopyFacts {
  /** When the first of its tracks begins. */
  readonly begin: Ticks;
  readonly picture?: CopyPicture | CopyRefusal;
  readonly sound?: CopySound | CopyRefusal;
}

/** Why a track cannot be taken as it is, in words. */
export interface CopyRefusal {
  readonly reason: string;
}

export interface CopyPicture {
  readonly trackId: number;
  readonly begin: Ticks;
  readonly frameCount: number;
  /** The first frame of each fragment: key frames of closed groups. */
  readonly cuts: readonly number[];
  /** Average, and of the fragment with the most, in bits per second. */
  readonly bitrate: number;
  readonly maxBitrate: number;
  readonly profile: H264Profile;
  readonly level: string;
}

export interface CopySound {
  readonly trackId: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bitrate: number;
}

/** A track of the source that is a rung as it is. */
export interface CopiedTrack {
  readonly trackId: number;
  /** When the package begins, on the source's own clock, in 10 MHz ticks. */
  readonly zero: Ticks;
}
