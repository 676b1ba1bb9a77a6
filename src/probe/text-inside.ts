import { reasonLeftOut } from "../captions/embedded.js";
import { hasFields, type FieldStream } from "../captions/field-stream.js";
import type { Tools } from "../ffmpeg/find.js";
import { askFfprobeAbout } from "./ask-ffprobe.js";
import type { IgnoredStream } from "./source-info.js";
import { describeLeftOut } from "./streams.js";

/** The captions inside a file whose pictures and sounds are read without ffprobe. */
export interface TextInside {
  readonly path: string;
  /** ffprobe's name of its demuxer. */
  readonly container: string;
  readonly text: readonly IgnoredStream[];
  /** A stream whose packets come all the time. */
  readonly beat: number;
  /** The streams that may carry CEA-608, the picture first. */
  readonly fields: readonly FieldStream[];
}

/** @throws PackError `input` when ffprobe cannot read the file */
export async function textInside(
  path: string,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<TextInside> {
  const file = { path, input: path, demuxer: undefined };
  const ask = askFfprobeAbout(file, tools, signal);
  const { format, streams = [] } = await ask("-show_format", "-show_streams");
  const ofType = (type: string) =>
    streams.filter(({ codec_type }) => codec_type === type);
  const [video] = ofType("video");
  const subtitles = ofType("subtitle");
  const [beat = video] = [...ofType("video"), ...ofType("audio")];
  return {
    path,
    container: format?.format_name ?? "",
    text: subtitles.map((stream) =>
      describeLeftOut(stream, reasonLeftOut(stream.codec_name ?? "unknown")),
    ),
    beat: beat?.index ?? 0,
    fields: [...(video ? [video] : []), ...subtitles]
      .map(({ index, codec_name: codec = "unknown" }) => ({ index, codec }))
      .filter(hasFields),
  };
}
