import { PackError } from "../errors.js";
import { ratio, type Rational } from "../media/time.js";
import {
  rationalOf,
  type FfprobeStream,
  timesOf,
  type FileTimes,
} from "./ask-ffprobe.js";
import { orientationOf } from "./orientation.js";
import type { SourceVideo } from "./source-info.js";

/**
 * A picture stream in plain words.
 *
 * @param path for messages
 * @throws PackError `input` when it has no frame rate
 */
export function describeVideo(
  stream: FfprobeStream,
  file: FileTimes,
  path: string,
): SourceVideo {
  const { rotation, mirrored } = stream.orientation ??
    orientationOf(stream) ?? { rotation: 0, mirrored: false };
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
    kind: "video",
    index: stream.index,
    codec: stream.codec_name ?? "unknown",
    ...uprightSize(stream, sampleAspectRatio, rotation),
    rotation,
    ...(mirrored && { mirrored }),
    sampleAspectRatio,
    nominalRate: nominalRate ?? averageRate,
    averageRate,
    ...(stream.isRateAssumed && { isRateAssumed: true }),
    pixelFormat: stream.pix_fmt ?? "",
    scan: isFlaggedInterlaced(stream) ? "interlaced" : "progressive",
    colorMatrix: unlessUnknown(stream.color_space),
    colorTransfer: unlessUnknown(stream.color_transfer),
    colorPrimaries: unlessUnknown(stream.color_primaries),
    ...dolbyVision(stream),
    fullRange:
      stream.color_range === "pc" || (stream.pix_fmt ?? "").startsWith("yuvj"),
    ...timesOf(stream, file),
  };
}

function isFlaggedInterlaced({ field_order }: FfprobeStream): boolean {
  return ["tt", "bb", "tb", "bt"].includes(field_order ?? "");
}

function dolbyVision(stream: FfprobeStream) {
  const record = stream.side_data_list?.find(
    (data) => typeof data["dv_profile"] === "number",
  );
  return record && { dolbyVisionProfile: Number(record["dv_profile"]) };
}

/** The size that a viewer sees: upright, in square pixels. */
export function uprightSize(
  stream: { readonly width?: number; readonly height?: number },
  sar: Rational,
  rotation: number,
) {
  const width = Math.round((stream.width ?? 0) * ratio(sar));
  const height = stream.height ?? 0;
  return rotation % 180 === 90
    ? { width: height, height: width }
    : { width, height };
}

function unlessUnknown(name: string | undefined): string {
  return name === undefined || name === "unknown" || name === "reserved"
    ? ""
    : name;
}
