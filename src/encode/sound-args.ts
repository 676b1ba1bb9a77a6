import { encoderOf, type DolbyName } from "../codecs/index.js";
import type { FfmpegOutput } from "../ffmpeg/command.js";
import type {
  AudioPlan,
  AudioRung,
  AudioSettings,
} from "../plan/encode-plan.js";
import {
  chain,
  CONTAINER_OPTIONS,
  NO_FILES,
  nowhere,
  type Pass,
  type RungFiles,
} from "./outputs.js";

/** False for sound of which ffmpeg takes the frames out; encoded sound of the same stream is beside it. */
export function isDecoded({ copied }: AudioRung): boolean {
  return copied === undefined || copied.trackId !== undefined;
}

/** Frames as they are, in an MP4 that describes them. */
export function takenOut(
  { streamIndex }: AudioPlan,
  { path }: RungFiles = NO_FILES,
  pass: Pass,
): FfmpegOutput[] {
  if (pass === "first") return [];
  const options = [
    ...["-map", `0:${streamIndex}`],
    ...["-c:a", "copy"],
    ...CONTAINER_OPTIONS,
    ...["-f", "mp4"],
  ];
  return [{ path, options }];
}

/** Most sounds have one rung. */
export function audioMark(mark: string, rung: number): string {
  return rung === 0 ? mark : `${mark}_${rung}`;
}

/** Each stream through its own filters, so that all begin and end together; then the join, then the loudness of all. */
export function audioGraph(
  { streamIndex, joined }: AudioPlan,
  { filters, loudness }: AudioRung,
  mark: string,
): string[] {
  const behind = loudness?.filters ?? [];
  if (joined === undefined) {
    const all = chain([...filters, ...behind], "anull");
    return [`[0:${streamIndex}]${all}[sound${mark}]`];
  }
  const way = chain(filters, "anull");
  const parts = joined.streams.map((_, i) => `[part${i}${mark}]`);
  return [
    ...joined.streams.map((index, i) => `[0:${index}]${way}${parts[i]}`),
    `${parts.join("")}${chain([joined.filter, ...behind], "")}[sound${mark}]`,
  ];
}

export function audioOutput(
  rung: AudioRung,
  label: string,
  { path }: RungFiles = NO_FILES,
  pass: Pass,
): FfmpegOutput {
  // The first pass needs no sound, but ffmpeg's time 0 is the start of the streams that
  // it reads.
  if (pass === "first" || rung.copied || rung.codec !== "aac")
    return nowhere(label);
  const options = [
    ...["-map", label],
    ...["-c:a", encoderOf(rung.codec)],
    ...ENCODER_OPTIONS[rung.codec](rung),
    ...["-ac", String(rung.channels)],
    ...["-ar", String(rung.sampleRate)],
    ...CONTAINER_OPTIONS,
    ...["-f", "mp4"],
  ];
  return { path, options };
}

/** The door for a new codec of sound: a row. */
const ENCODER_OPTIONS = {
  aac: ({ bitrate }: AudioRung) => ["-b:a", String(bitrate)],
} as const satisfies Record<
  Exclude<AudioSettings["codec"], DolbyName>,
  unknown
>;
