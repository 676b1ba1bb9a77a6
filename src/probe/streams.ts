import { PackError } from "../errors.js";
import { chooseStreams, isCoverArt } from "./choose-streams.js";
import {
  numberOr,
  type FfprobeReport,
  type FfprobeStream,
} from "./ffprobe-json.js";
import { toLanguage } from "../media/language.js";
import { describeVideo } from "./picture.js";
import type { IgnoredStream, SourceAudio, SourceInfo } from "./source-info.js";
import { fromZero, timesOf, type FileTimes } from "./stream-times.js";

/**
 * Turns ffprobe's words into facts.
 *
 * @throws PackError `input` when nothing can be packaged
 */
export function describeSource(
  report: FfprobeReport,
  path: string,
  sizeBytes: number,
): SourceInfo {
  const { video, audio } = chooseStreams(report, path);
  const container = report.format?.format_name ?? "";
  const chosen = [video, audio].filter((stream) => stream !== undefined);
  const file = fromZero(fileTimes(report, path), container, chosen);
  const cutOff = cutOffSign(container, sizeBytes);
  return {
    path,
    sizeBytes,
    container,
    ...(cutOff !== undefined && { cutOff }),
    durationSeconds: file.durationSeconds,
    ...(video && { video: describeVideo(video, file, path) }),
    ...(audio && { audio: describeAudio(audio, file) }),
    ignored: (report.streams ?? [])
      .filter((stream) => stream !== video && stream !== audio)
      .map(describeIgnored),
  };
}

/** Plain, with a clock in front (M2TS), with error correction behind. ISO/IEC 13818-1 2.4.3 */
const TS_PACKET_SIZES = [188, 192, 204];

/** MPEG-TS has no header that tells how long it should be. */
function cutOffSign(container: string, sizeBytes: number): string | undefined {
  const isWhole = TS_PACKET_SIZES.some((size) => sizeBytes % size === 0);
  return container === "mpegts" && !isWhole
    ? "ends in the middle of a packet"
    : undefined;
}

function fileTimes({ format }: FfprobeReport, path: string): FileTimes {
  const durationSeconds = numberOr(format?.duration, 0);
  if (durationSeconds <= 0) {
    throw new PackError("input", `${path}: does not tell its duration.`, {
      hint: "Wrap it again, for example: ffmpeg -i FILE -c copy FILE.mkv",
    });
  }
  return { startSeconds: numberOr(format?.start_time, 0), durationSeconds };
}

function describeAudio(stream: FfprobeStream, file: FileTimes): SourceAudio {
  const layout = stream.channel_layout;
  return {
    index: stream.index,
    codec: stream.codec_name ?? "unknown",
    channels: stream.channels ?? 0,
    ...(layout !== undefined && { layout }),
    sampleRate: numberOr(stream.sample_rate, 0),
    language: toLanguage(stream.tags?.["language"]),
    ...timesOf(stream, file),
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
