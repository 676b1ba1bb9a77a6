import { PackError } from "../errors.js";
import type { FrameRange } from "../media/fragment-length.js";
import type { Ticks } from "../media/time.js";
import { audioIn, type SourceInfo } from "../probe/source-info.js";
import type { H264Profile } from "./preset.js";

/** The parts of a source that may be taken as they are: its picture as the top rung, its sound. */
export const COPY_CHOICES = ["video", "audio"] as const;

export type CopyChoice = (typeof COPY_CHOICES)[number];

/** The choice for a word; `top` is the old word for the picture. The caller refuses other words. */
export function copyChoice(word: string): CopyChoice {
  return (word === "top" ? "video" : word) as CopyChoice;
}

/**
 * What the tables of an MP4 show about taking its tracks as they are. Times are in 10
 * MHz ticks of its own clock.
 */
export interface CopyFacts {
  /** When the first of its tracks begins. */
  readonly begin: Ticks;
  readonly video?: CopyVideo | CopyRefusal;
  /** In the order of the source's sounds. */
  readonly audio: readonly (CopyAudio | CopyRefusal)[];
}

/** Why a track cannot be taken as it is, in words. */
export interface CopyRefusal {
  readonly reason: string;
}

export interface CopyVideo {
  readonly trackId: number;
  readonly begin: Ticks;
  /** Of the whole film. */
  readonly filmFrames: number;
  /** The part that is asked for: from a key frame to a key frame; left out: the whole film. */
  readonly frames?: FrameRange;
  /** Of that part, as all that follows. */
  readonly frameCount: number;
  /** The first frame of each fragment, ascending from 0: key frames of closed groups. */
  readonly cuts: readonly number[];
  /** Average of all, and average of the largest fragment, in bits per second. */
  readonly bitrate: number;
  readonly maxBitrate: number;
  readonly profile: H264Profile;
  readonly level: string;
}

export interface CopyAudio {
  readonly trackId: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bitrate: number;
}

/** A track of the source that is a rung as it is. */
export type CopiedTrack = TrackInSource | TrackTakenOut;

/** The source's tables are read. */
export interface TrackInSource {
  readonly trackId: number;
  /** When the package begins, on the source's own clock, in 10 MHz ticks; of a part of the picture, when the film does. */
  readonly zero: Ticks;
}

/** ffmpeg takes it out of the source, into an MP4 of its own. */
export interface TrackTakenOut {
  readonly trackId?: undefined;
  /** When the package begins, on the clock of ffmpeg, in 10 MHz ticks. */
  readonly zero: Ticks;
  /** When the track begins on that clock. */
  readonly begin: Ticks;
}

/** The error for a `copy` whose result would be wrong; thrown before any work. */
export function cannotCopy(
  path: string,
  choice: CopyChoice,
  reason: string,
): PackError {
  const what = choice === "video" ? "picture" : "sound";
  return new PackError(
    "input",
    `${path}: --copy ${choice} cannot take its ${what} as it is: ${reason}.`,
    {
      hint: `Without --copy ${choice} it is encoded.`,
      facts: { file: path, copy: choice, reason },
    },
  );
}

/** The containers whose tables are read. */
export function isReadable(container: string): boolean {
  return container.split(",").includes("mp4");
}

/** The facts about a source whose tables were not read. */
export function unread(source: SourceInfo): CopyFacts {
  const { container, clock } = source;
  const refusal = clock
    ? { reason: "its clock jumps, and the film goes on" }
    : isReadable(container)
      ? { reason: "its tables can only be read of a file on this machine" }
      : {
          reason: `its container is ${container}. Expected MP4 or MOV (ffmpeg -i FILE -c copy FILE.mp4 makes one)`,
        };
  return {
    ...{ begin: 0, video: refusal },
    audio: audioIn(source).map(() => refusal),
  };
}
