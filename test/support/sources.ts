import type { Preset } from "../../src/plan/preset.js";
import {
  audioIn,
  videoIn,
  type SourceAudio,
  type SourceInfo,
  type SourceVideo,
} from "../../src/probe/source-info.js";

/** A progressive 1080p25 picture in BT.709, ten seconds; change what a test is about. */
export function sourceVideo(changes: Partial<SourceVideo> = {}): SourceVideo {
  return {
    kind: "video",
    index: 0,
    codec: "h264",
    width: 1920,
    height: 1080,
    rotation: 0,
    sampleAspectRatio: { num: 1, den: 1 },
    nominalRate: { num: 25, den: 1 },
    averageRate: { num: 25, den: 1 },
    pixelFormat: "yuv420p",
    scan: "progressive",
    colorMatrix: "bt709",
    colorTransfer: "bt709",
    colorPrimaries: "bt709",
    fullRange: false,
    startSeconds: 0,
    durationSeconds: 10,
    ...changes,
  };
}

/** Stereo of 48 kHz in English, ten seconds. */
export function sourceAudio(changes: Partial<SourceAudio> = {}): SourceAudio {
  return {
    kind: "audio",
    index: 1,
    codec: "aac",
    channels: 2,
    sampleRate: 48000,
    language: "eng",
    startSeconds: 0,
    durationSeconds: 10,
    ...changes,
  };
}

/** A file of these streams and no others. */
export function source({
  video,
  audio,
}: {
  readonly video?: SourceVideo;
  readonly audio?: SourceAudio | readonly SourceAudio[];
}): SourceInfo {
  return {
    path: "/films/holiday.mp4",
    sizeBytes: 1_000_000,
    container: "mov,mp4,m4a,3gp,3g2,mj2",
    durationSeconds: 10,
    streams: [video ?? [], audio ?? []].flat(),
    ignored: [],
  };
}

/** Its picture and its first sound. */
export function parts(source: SourceInfo): {
  readonly video: SourceVideo | undefined;
  readonly audio: SourceAudio | undefined;
} {
  return { video: videoIn(source), audio: audioIn(source)[0] };
}

/** Three rungs whose figures the tests' expectations were worked out from by hand. */
export const LADDER: Preset = {
  name: "ladder",
  description: "",
  fragmentSeconds: 2,
  encoderPreset: "medium",
  rungs: [
    {
      name: "1080p",
      width: 1920,
      height: 1080,
      profile: "high",
      bufferSeconds: 2,
      bitrate: 5_000_000,
      maxBitrate: 7_500_000,
      level: "4.0",
      above30fps: { bitrate: 6_500_000, maxBitrate: 9_750_000, level: "4.2" },
    },
    {
      name: "720p",
      width: 1280,
      height: 720,
      profile: "high",
      bufferSeconds: 2,
      bitrate: 2_800_000,
      maxBitrate: 4_200_000,
      level: "3.1",
      above30fps: { bitrate: 3_800_000, maxBitrate: 5_700_000, level: "3.2" },
    },
    {
      name: "480p",
      width: 854,
      height: 480,
      profile: "main",
      bufferSeconds: 2,
      bitrate: 1_300_000,
      maxBitrate: 1_950_000,
      level: "3.1",
    },
  ],
  audio: { bitrate: 128_000, sampleRate: 48_000, channels: 2 },
};
