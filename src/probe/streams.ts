import { isDolby } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { reasonLeftOut } from "../captions/embedded.js";
import {
  numberOr,
  type FfprobeReport,
  type FfprobeStream,
  fromZero,
  timesOf,
  type FileTimes,
} from "./ask-ffprobe.js";
import type { ChosenAudio } from "./choose-audio.js";
import { chooseStreams, type ChosenStreams } from "./choose-streams.js";
import { describeVideo } from "./describe-video.js";
import type {
  SourceAudio,
  SourceChapter,
  SourceInfo,
  IgnoredStream,
} from "./source-info.js";
import {
  languageOf,
  toldLanguage,
  type StreamChoice,
} from "./stream-choice.js";
import {
  countOf,
  streamError,
  isCoverArt,
  isMedia,
  neverComes,
} from "./stream-facts.js";

/**
 * Turns ffprobe's report into facts.
 *
 * @param choice the user's settings for the streams
 * @throws PackError `input` when nothing can be packaged, `usage` when the user names a
 * stream that does not fit
 */
export function describeSource(
  report: FfprobeReport,
  path: string,
  sizeBytes: number,
  choice: StreamChoice = {},
): SourceInfo {
  const taken = chooseStreams(report, path, choice);
  const { video, audio } = taken;
  const container = report.format?.format_name ?? "";
  const chosen = [
    ...(video ? [video] : []),
    ...audio.flatMap(({ streams }) => streams),
  ];
  const isOne = !(report.streams ?? []).some(
    (each) => each.codec_type === "audio" && !chosen.includes(each),
  );
  const file = fromZero(fileTimes(report, path), container, chosen);
  const chapters = chaptersIn(report, file);
  return {
    path,
    sizeBytes,
    container,
    ...(endsInPacket(container, sizeBytes) && { endsInPacket: true }),
    ...(file.startSeconds !== 0 && { zeroSeconds: file.startSeconds }),
    durationSeconds: file.durationSeconds,
    streams: [
      ...(video ? [describeVideo(video, file, path)] : []),
      ...audio.map((sound) => ({
        ...describeAudio(sound, file, choice),
        ...(isOne && audio.length === 1 ? {} : { reason: sound.reason }),
      })),
    ],
    ignored: (report.streams ?? [])
      .filter(
        (stream) =>
          !chosen.includes(stream) && !isChapterTrack(stream, chapters),
      )
      .map((stream) =>
        describeLeftOut(stream, reasonOf(stream, taken), choice),
      ),
    ...(chapters.length > 0 && { chapters }),
  };
}

/**
 * Plain packets, packets with a clock in front (M2TS), packets with error correction
 * behind. ISO/IEC 13818-1 2.4.3
 */
const TS_PACKET_SIZES = [188, 192, 204];

function endsInPacket(container: string, sizeBytes: number): boolean {
  const isWhole = TS_PACKET_SIZES.some((size) => sizeBytes % size === 0);
  return container === "mpegts" && !isWhole;
}

/** QuickTime keeps the titles of chapters in a track: they were taken, with their times. */
function isChapterTrack(
  { codec_type, codec_tag_string }: FfprobeStream,
  chapters: readonly SourceChapter[],
): boolean {
  const isTitles = codec_type === "data" && codec_tag_string === "text";
  return isTitles && chapters.length > 0;
}

/** The chapters of a file, as it lists them, from ffmpeg's time 0. */
function chaptersIn(
  { chapters = [] }: FfprobeReport,
  { startSeconds }: Pick<FileTimes, "startSeconds">,
): SourceChapter[] {
  return chapters.flatMap(({ start_time, tags }) => {
    const start = numberOr(start_time, NaN) - startSeconds;
    if (Number.isNaN(start)) return [];
    return { startSeconds: start, title: tags?.["title"] ?? "" };
  });
}

/** When ffmpeg's time 0 is, on the file's own clock. */
export function zeroOf(report: FfprobeReport, source: SourceInfo): number {
  const chosen = (report.streams ?? []).filter(({ index }) =>
    source.streams.some((stream) => stream.index === index),
  );
  const file = fileTimes(report, source.path);
  return fromZero(file, source.container, chosen).startSeconds;
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

function describeAudio(
  { streams }: ChosenAudio,
  file: FileTimes,
  choice: StreamChoice,
): SourceAudio {
  const [first] = streams;
  const isJoined = streams.length > 1;
  const layout = isJoined ? undefined : first.channel_layout;
  return {
    kind: "audio",
    index: first.index,
    ...(isJoined && { joined: streams.map(({ index }) => index) }),
    codec: first.codec_name ?? "unknown",
    channels: isJoined ? streams.length : (first.channels ?? 0),
    ...(layout !== undefined && { layout }),
    sampleRate: numberOr(first.sample_rate, 0),
    ...dolbyBitrate(first),
    language: languageOf(first, choice),
    ...spanOf(streams.map((stream) => timesOf(stream, file))),
  };
}

/** Each frame of Dolby sound tells its size; of other sound a container may tell what it likes. */
function dolbyBitrate({ codec_name = "", bit_rate }: FfprobeStream) {
  const bitrate = numberOr(bit_rate, 0);
  return isDolby(codec_name) && bitrate > 0 ? { bitrate } : {};
}

/** From the start of the first to the end of the last. */
function spanOf(parts: readonly FileTimes[]): FileTimes {
  const starts = parts.map(({ startSeconds }) => startSeconds);
  const ends = parts.map((part) => part.startSeconds + part.durationSeconds);
  const startSeconds = Math.min(...starts);
  return {
    startSeconds,
    durationSeconds:
      parts.length === 1
        ? (parts[0]?.durationSeconds ?? 0)
        : Math.max(...ends) - startSeconds,
  };
}

/** A stream that is not packaged: what a user may recognise it by, and the reason. */
export function describeLeftOut(
  stream: FfprobeStream,
  reason: string,
  choice: StreamChoice = {},
): IgnoredStream {
  const language = toldLanguage(stream, choice);
  const title = stream.tags?.["title"];
  const dispositions = Object.entries(stream.disposition ?? {})
    .filter(([name, value]) => value === 1 && !PLAIN.includes(name))
    .map(([name]) => name);
  return {
    index: stream.index,
    type: stream.codec_type ?? "unknown",
    codec: stream.codec_name ?? "unknown",
    ...(language !== "und" && { language }),
    ...(title !== undefined && { title }),
    ...(dispositions.length > 0 && { dispositions }),
    reason,
  };
}

/** The place or the reason already shows these. */
const PLAIN = ["default", "attached_pic"];

function reasonOf(stream: FfprobeStream, { leftOut }: ChosenStreams): string {
  const { codec_type: type = "unknown", codec_name: codec = "unknown" } =
    stream;
  if (isCoverArt(stream)) return "cover art";
  if (type === "subtitle") return reasonLeftOut(codec);
  if (!isMedia(stream)) return `${type} streams are not packaged`;
  if (neverComes(stream)) return "it is declared, but nothing of it comes";
  const error = streamError(stream);
  if (error !== undefined) return `it ${error}`;
  if (type === "video" && countOf(stream) === 1) return "a single picture";
  return type === "audio"
    ? leftOut(stream)
    : `only one ${type} stream is packaged`;
}
