import type { SourceInfo } from "../probe/source-info.js";
import type { FragmentGrid } from "../media/cut-times.js";
import type { CopiedTrack, CopyChoice } from "./copyable.js";
import type { H264Profile } from "./preset.js";

/** All that will be done, before anything is. Plain data: the same on every machine. */
export interface EncodePlan {
  readonly source: SourceInfo;
  /** Base name of the package. */
  readonly name: string;
  readonly preset: string;
  readonly durationSeconds: number;
  readonly gopSeconds: number;
  readonly video?: VideoPlan;
  readonly audio?: AudioRung;
  readonly skipped: readonly SkippedRung[];
  /** What is changed, left out or guessed, in words. */
  readonly notes: readonly string[];
  readonly estimate: Estimate;
  /** What `copy` could take as it is and does not; only told by `plan`. */
  readonly copyable?: readonly CopyChoice[];
}

export interface VideoPlan {
  /** ffprobe's stream index in the source. */
  readonly streamIndex: number;
  readonly grid: FragmentGrid;
  /** ffmpeg filters that all rungs share, in order. */
  readonly filters: readonly string[];
  /** x264's speed. */
  readonly encoderPreset: string;
  readonly twoPass: boolean;
  /** One encoder thread: x264's rate control under a peak limit depends on how threads meet. */
  readonly reproducible: boolean;
  /** Highest first. */
  readonly rungs: readonly VideoRung[];
}

export interface VideoRung {
  readonly kind: "video";
  readonly codec: string;
  readonly name: string;
  /** File name in the package. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** Planned average, peak, and buffer, in bits per second and bits. */
  readonly bitrate: number;
  readonly maxBitrate: number;
  readonly bufferSize: number;
  readonly profile: H264Profile;
  readonly level: string;
  /** ffmpeg filters of this rung alone, in order. */
  readonly filters: readonly string[];
  /** The source's own picture, which is not encoded again. */
  readonly copied?: CopiedTrack;
}

export interface AudioRung {
  readonly kind: "audio";
  readonly codec: string;
  readonly name: string;
  readonly file: string;
  readonly streamIndex: number;
  /** Where it is made of several mono streams. */
  readonly joined?: JoinedStreams;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bitrate: number;
  readonly language: string;
  /** ffmpeg filters of each of its streams, in order. */
  readonly filters: readonly string[];
  /** The source's own sound, which is not encoded again. */
  readonly copied?: CopiedTrack;
}

/** Mono streams that are the channels of one sound. */
export interface JoinedStreams {
  /** Their indexes in the source. */
  readonly streams: readonly number[];
  /** ffmpeg filter that makes one sound of them. */
  readonly filter: string;
}

export type Rung = VideoRung | AudioRung;

export interface SkippedRung {
  readonly name: string;
  readonly reason: string;
}

export interface Estimate {
  /** Fragments of one rung. */
  readonly fragments: number;
  /** Of the package. */
  readonly bytes: number;
  /** Needed at most while working: encoded files and package side by side. */
  readonly diskBytes: number;
}

/** Every rung of a plan, video first. */
export function allRungs(plan: EncodePlan): Rung[] {
  return [
    ...(plan.video?.rungs ?? []),
    ...(plan.audio === undefined ? [] : [plan.audio]),
  ];
}
