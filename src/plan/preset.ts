import type { HardwareEncoderName } from "./hardware-encoders.js";
import type { Loudness } from "./loudness.js";

/** A ladder as the preset has it, or fitted to the film. */
export const LADDERS = ["fixed", "auto"] as const;
export type LadderKind = (typeof LADDERS)[number];

/** The codecs for the rungs and the sound of every preset. */
export const PRESET_CODECS = { video: "h264", audio: "aac" } as const;

/** A ladder as data: the checked content of presets/*.json. All rates in bits per second. */
export interface Preset {
  readonly name: string;
  readonly description: string;
  /** Length of a fragment and of a GOP, as near as whole frames allow. */
  readonly fragmentSeconds: number;
  /** x264's speed, `ultrafast` to `veryslow`. */
  readonly encoderPreset: string;
  /** A device's encoder of the picture; missing: libx264. */
  readonly encoder?: HardwareEncoderName | undefined;
  /** What x264 is tuned for; missing: for nothing special. */
  readonly tune?: Tune;
  /** As `--ladder` has it; missing: the rungs are as they stand here. */
  readonly ladder?: LadderKind;
  /** As `--loss` has it, in a ladder that is fitted to the film. */
  readonly loss?: number | string;
  /** As `--quality` has it. */
  readonly quality?: number;
  /** Highest first. */
  readonly rungs: readonly PresetRung[];
  readonly audio: PresetAudio;
  /** Seconds between thumbnails; missing: there are none. */
  readonly thumbnailSeconds?: number;
  /** As `--captions` has them for every film: `auto`, `embedded`, `cc1=eng`; missing: none. */
  readonly captions?: readonly string[];
  /** As `--formats` has them; missing: Smooth Streaming alone. Their names are checked where formats are known. */
  readonly formats?: readonly string[];
}

export interface PresetRung extends RungRates {
  readonly name: string;
  /** The landscape box that the picture is fitted into. */
  readonly width: number;
  readonly height: number;
  readonly profile: H264Profile;
  /** Seconds of the average bitrate that the decoder's buffer (VBV) holds. */
  readonly bufferSeconds: number;
  /** Rates for more than 30 frames a second. */
  readonly above30fps?: RungRates;
}

export interface RungRates {
  readonly bitrate: number;
  readonly maxBitrate: number;
  /** H.264 level as text, such as "4.0"; default: the lowest that holds the picture. */
  readonly level?: string;
}

export interface PresetAudio {
  readonly bitrate: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Adds 5.1 as a stream behind this one, where the source has 5.1 or more. */
  readonly surround?: boolean;
  /** As `--loudness` has it; missing: the sound stays as loud as it is. */
  readonly loudness?: Loudness;
}

export const H264_PROFILES = ["baseline", "main", "high"] as const;
export type H264Profile = (typeof H264_PROFILES)[number];

/** Kinds of picture that x264 knows, apart from those that are for measuring or for a camera's live picture. */
export const TUNES = ["film", "animation", "grain", "stillimage"] as const;
export type Tune = (typeof TUNES)[number];

export const ENCODER_PRESETS = [
  "ultrafast",
  "superfast",
  "veryfast",
  "faster",
  "fast",
  "medium",
  "slow",
  "slower",
  "veryslow",
] as const;

/** The shortest and the longest time between thumbnails, in seconds. */
export const THUMBNAIL_SECONDS = [1, 3600] as const;

/** Peak over average of a rung without its own: constrained VBR as in Expression Encoder. */
export const DEFAULT_PEAK_RATIO = 1.5;

/** One fragment's worth of the average bitrate. */
export const DEFAULT_BUFFER_SECONDS = 2;

export const DEFAULT_PRESET = "smooth-1080p";
