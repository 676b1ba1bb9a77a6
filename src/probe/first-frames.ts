import type {
  AskFfprobe,
  FfprobeFrame,
  FfprobeReport,
  FfprobeStream,
} from "./ask-ffprobe.js";
import { orientationOf } from "./orientation.js";
import { isCoverArt } from "./stream-facts.js";

/** Codecs whose pictures may carry their orientation: in a message (SEI), or in EXIF. */
const TELLING_CODECS = [
  ...["h264", "hevc", "vvc", "av1"],
  ...["mjpeg", "jpegls", "webp", "png", "tiff"],
];

/** A report with the orientation of its pictures, and the frames that were decoded for it. */
export interface Oriented {
  readonly report: FfprobeReport;
  /** All key frames of the only film, when its shape may change. */
  readonly keyFrames?: readonly FfprobeFrame[];
}

/**
 * The streams with the orientation in their first pictures, which ffmpeg follows:
 * ffprobe gives it only for frames.
 *
 * @param mayChange whether all key frames of a film must be decoded: then only once
 */
export async function withFrameOrientation(
  report: FfprobeReport,
  ask: AskFfprobe,
  mayChange: (film: FfprobeStream) => Promise<boolean>,
): Promise<Oriented> {
  const films = (report.streams ?? []).filter(isFilm);
  if (!films.some(mayTell)) return { report };
  const [only] = films.length === 1 ? films : [];
  const whole =
    only && (await mayChange(only))
      ? await decoded(ask, ALL_ROUGHLY)
      : undefined;
  const frames = whole ?? (await decoded(ask, FIRST)) ?? [];
  const streams = report.streams?.map((stream) => oriented(stream, frames));
  return {
    report: { ...report, ...(streams && { streams }) },
    ...(whole && {
      keyFrames: whole.filter((frame) => frame.stream_index === only?.index),
    }),
  };
}

/** A recording may begin between two key frames. */
const FIRST = ["-read_intervals", "%+#60", "-show_frames"];

const ALL_ROUGHLY = [
  ...["-skip_loop_filter", "all", "-skip_idct", "all", "-show_entries"],
  [
    "frame=stream_index,width,height,sample_aspect_ratio",
    ...[
      "frame_tags=rotate,Orientation",
      "frame_side_data=displaymatrix,rotation",
    ],
  ].join(":"),
];

/** @returns undefined when they cannot be decoded: a later step reports that */
async function decoded(
  ask: AskFfprobe,
  options: readonly string[],
): Promise<readonly FfprobeFrame[] | undefined> {
  const keys = ["-select_streams", "v", "-skip_frame", "nokey"];
  const { frames } = await ask(...keys, ...options).catch(
    (): FfprobeReport => ({}),
  );
  return frames;
}

function oriented(
  stream: FfprobeStream,
  frames: readonly FfprobeFrame[],
): FfprobeStream {
  const first = frames.find((each) => each.stream_index === stream.index);
  const orientation = mayTell(stream) && first && orientationOf(first);
  return orientation ? { ...stream, orientation } : stream;
}

function isFilm(stream: FfprobeStream): boolean {
  return stream.codec_type === "video" && !isCoverArt(stream);
}

function mayTell(stream: FfprobeStream): boolean {
  return (
    isFilm(stream) &&
    stream.encryption === undefined &&
    TELLING_CODECS.includes(stream.codec_name ?? "")
  );
}
