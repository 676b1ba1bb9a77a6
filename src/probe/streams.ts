import { PackError } from "../errors.js";
import { ratio, type Rational } from "../media/time.js";
import {
  numberOr,
  rationalOf,
  type FfprobeReport,
  type FfprobeStream,
} from "./ffprobe-json.js";
import { toLanguage } from "./language.js";
import type {
  IgnoredStream,
  SourceAudio,
  SourceInfo,
  SourceVideo,
} from "./source-info.js";

/**
 * Chooses the streams to package and turns ffprobe's words into facts.
 *
 * @throws PackError `input` when nothing can be packaged
 */
export function describeSource(
  report: FfprobeReport,
  path: string,
  sizeBytes: number,
): SourceInfo {
  const streams = report.streams ?? [];
  const video = choose(streams.filter(isPicture));
  const audio = choose(streams.filter(isSound));
  const durationSeconds = numberOr(report.format?.duration, 0);
  if (video === undefined && audio === undefined) {
    throw new PackError(
      "input",
      `${path}: has neither a picture nor a sound stream that can be decoded.`,
    );
  }
  if (durationSeconds <= 0) {
    throw new PackError("input", `${path}: does not tell its duration.`, {
      hint: "Wrap it again, for example: ffmpeg -i FILE -c copy FILE.mkv",
    });
  }
  const fileStart = numberOr(report.format?.start_time, 0);
  return {
    path,
    sizeBytes,
    container: report.format?.format_name ?? "",
    durationSeconds,
    ...(video && {
      video: describeVideo(video, fileStart, durationSeconds, path),
    }),
    ...(audio && { audio: describeAudio(audio, fileStart, durationSeconds) }),
    ignored: streams
      .filter((stream) => stream !== video && stream !== audio)
      .map(describeIgnored),
  };
}

function isPicture(stream: FfprobeStream): boolean {
  return (
    stream.codec_type === "video" &&
    !isCoverArt(stream) &&
    (stream.width ?? 0) > 0
  );
}

function isCoverArt(stream: FfprobeStream): boolean {
  return stream.disposition?.["attached_pic"] === 1;
}

function isSound(stream: FfprobeStream): boolean {
  return stream.codec_type === "audio" && (stream.channels ?? 0) > 0;
}

/** The stream that the file marks as default, else the first. */
function choose(streams: readonly FfprobeStream[]): FfprobeStream | undefined {
  return (
    streams.find((stream) => stream.disposition?.["default"] === 1) ??
    streams[0]
  );
}

function describeVideo(
  stream: FfprobeStream,
  fileStart: number,
  fileDuration: number,
  path: string,
): SourceVideo {
  const rotation = rotationOf(stream);
  const sampleAspectRatio = rationalOf(stream.sample_aspect_ratio) ?? {
    num: 1,
    den: 1,
  };
  const nominalRate = rationalOf(stream.r_frame_rate);
  const averageRate = rationalOf(stream.avg_frame_rate) ?? nominalRate;
  if (averageRate === undefined) {
    throw new PackError(
      "input",
      `${path}: the picture stream has no frame rate.`,
    );
  }
  return {
    index: stream.index,
    codec: stream.codec_name ?? "unknown",
    ...uprightSize(stream, sampleAspectRatio, rotation),
    rotation,
    sampleAspectRatio,
    nominalRate: nominalRate ?? averageRate,
    averageRate,
    pixelFormat: stream.pix_fmt ?? "",
    interlaced: ["tt", "bb", "tb", "bt"].includes(stream.field_order ?? ""),
    colorMatrix: known(stream.color_space),
    colorTransfer: known(stream.color_transfer),
    colorPrimaries: known(stream.color_primaries),
    fullRange:
      stream.color_range === "pc" || (stream.pix_fmt ?? "").startsWith("yuvj"),
    ...timesOf(stream, fileStart, fileDuration),
  };
}

function describeAudio(
  stream: FfprobeStream,
  fileStart: number,
  fileDuration: number,
): SourceAudio {
  return {
    index: stream.index,
    codec: stream.codec_name ?? "unknown",
    channels: stream.channels ?? 0,
    sampleRate: numberOr(stream.sample_rate, 0),
    language: toLanguage(stream.tags?.["language"]),
    ...timesOf(stream, fileStart, fileDuration),
  };
}

function describeIgnored(stream: FfprobeStream): IgnoredStream {
  const type = stream.codec_type ?? "unknown";
  const reason = isCoverArt(stream)
    ? "cover art"
    : type === "video" || type === "audio"
      ? `only one ${type} stream is packaged`
      : `${type} streams are not packaged`;
  return {
    index: stream.index,
    type,
    codec: stream.codec_name ?? "unknown",
    reason,
  };
}

/** Start relative to the file's own start (MPEG-TS begins at 1.4 s), and length. */
function timesOf(
  stream: FfprobeStream,
  fileStart: number,
  fileDuration: number,
) {
  const start = numberOr(stream.start_time, fileStart);
  const startSeconds = start - fileStart;
  const end = taggedEnd(stream);
  const untold = end === undefined ? fileDuration - startSeconds : end - start;
  const durationSeconds = numberOr(stream.duration, untold);
  return { startSeconds, durationSeconds };
}

/** Matroska keeps when a stream ends, on the file's own clock, in a tag such as "00:00:08.040000000". */
function taggedEnd(stream: FfprobeStream): number | undefined {
  const match = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(
    stream.tags?.["DURATION"] ?? "",
  );
  if (match === null) return undefined;
  return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

/** Square pixels, upright: what a viewer sees. */
function uprightSize(stream: FfprobeStream, sar: Rational, rotation: number) {
  const width = Math.round((stream.width ?? 0) * ratio(sar));
  const height = stream.height ?? 0;
  return rotation % 180 === 0
    ? { width, height }
    : { width: height, height: width };
}

/** New ffprobe tells it as side data (counter-clockwise), old ones as a tag (clockwise). */
function rotationOf(stream: FfprobeStream): number {
  const sideData = stream.side_data_list?.find(
    (data) => typeof data["rotation"] === "number",
  );
  const degrees =
    sideData === undefined
      ? numberOr(stream.tags?.["rotate"], 0)
      : -Number(sideData["rotation"]);
  return (((Math.round(degrees / 90) * 90) % 360) + 360) % 360;
}

function known(name: string | undefined): string {
  return name === undefined || name === "unknown" || name === "reserved"
    ? ""
    : name;
}
