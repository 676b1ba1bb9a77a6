import type { AskFfprobe } from "./ask-ffprobe.js";
import { isCoverArt } from "./stream-facts.js";
import type { FfprobeReport, FfprobeStream } from "./ffprobe-json.js";
import { orientationOf } from "./orientation.js";

/** Codecs whose pictures may carry their orientation: in a message (SEI), or in EXIF. */
const TELLING_CODECS = [
  ...["h264", "hevc", "vvc", "av1"],
  ...["mjpeg", "jpegls", "webp", "png", "tiff"],
];

/** A recording may begin between two key frames. */
const LOOKED_AT = 60;

/**
 * The streams with the orientation in their first pictures, which ffmpeg follows:
 * ffprobe gives it only for frames.
 */
export async function withFrameOrientation(
  report: FfprobeReport,
  ask: AskFfprobe,
): Promise<FfprobeReport> {
  const streams = report.streams ?? [];
  if (!streams.some(mayTell)) return report;
  const { frames = [] } = await ask(
    ...["-select_streams", "v", "-skip_frame", "nokey"],
    ...["-read_intervals", `%+#${LOOKED_AT}`, "-show_frames"],
  ).catch((): FfprobeReport => ({})); // a later step reports what cannot be decoded
  return {
    ...report,
    streams: streams.map((stream) => {
      const first = frames.find((each) => each.stream_index === stream.index);
      const orientation = mayTell(stream) && first && orientationOf(first);
      return orientation ? { ...stream, orientation } : stream;
    }),
  };
}

function mayTell(stream: FfprobeStream): boolean {
  return (
    stream.codec_type === "video" &&
    stream.encryption === undefined &&
    !isCoverArt(stream) &&
    TELLING_CODECS.includes(stream.codec_name ?? "")
  );
}
