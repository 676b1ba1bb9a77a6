/** What the rungs and the sound of every preset are encoded to. */
export const PRESET_CODECS = { video: "h264", audio: "aac" } as const;

/** A ladder as data: what presets/*.json hold, after checking. All rates in bits per second. */
export interface Preset {
  readonly name: string;
  readonly description: string;
  /** Length of a fragment and of a GOP, as near as whole frames come to it. */
  readonly gopSeconds: number;
  /** x264's speed, `ultrafast` to `veryslow`. */
  readonly encoderPreset: string;
  /** Highest first. */
  readonly rungs: readonly PresetRung[];
  readonly audio: PresetAudio;
}

export interface PresetRung extends RungRates {
  readonly name: string;
  /** The box, for landscape, that the picture is fitted into. */
  readonly width: number;
  readonly height: number;
  readonly profile: H264Profile;
  /** Seconds of the average bitrate that the decoder's buffer (VBV) holds. */
  readonly bufferSeconds: number;
  /** What replaces the rates above 30 frames a second. */
  readonly above30fps?: RungRates;
}

export interface RungRates {
  readonly bitrate: number;
  readonly maxBitrate: number;
  /** H.264 level as text, such as "4.0"; left out, the lowest that holds the picture. */
  readonly level?: string;
}

export interface PresetAudio {
  readonly bitrate: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Where the source has 5.1 or more, 5.1 as well, as a stream behind this one. */
  readonly surround?: boolean;
}

export const H264_PROFILES = ["baseline", "main", "high"] as const;
export type H264Profile = (typeof H264_PROFILES)[number];

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

/** Peak over average where a rung does not say: constrained VBR as Expression Encoder shaped it. */
export const DEFAULT_PEAK_RATIO = 1.5;

/** One fragment's worth of the average bitrate. */
export const DEFAULT_BUFFER_SECONDS = 2;

export const DEFAULT_PRESET = "smooth-1080p";
