import type { VideoPlan, VideoRung } from "../plan/encode-plan.js";
import {
  hardwareEncoder,
  type HardwareEncoderName,
} from "../plan/hardware-encoders.js";
import { forcedKeyFrameOptions } from "./key-frame-options.js";

/** ffmpeg's options before the input that open the device of a picture's encoder. */
export function deviceOptions({
  encoder,
}: Pick<VideoPlan, "encoder">): readonly string[] {
  return encoder === undefined ? [] : hardwareEncoder(encoder).device;
}

/** Filters that bring a rung's pictures to the device. */
export function uploadFilters(
  { encoder }: Pick<VideoPlan, "encoder">,
  { copied }: Pick<VideoRung, "copied">,
): readonly string[] {
  if (encoder === undefined || copied !== undefined) return [];
  return hardwareEncoder(encoder).upload;
}

/**
 * What a device's encoder is asked for: the same as x264, as far as it goes. It chooses the number of references by the
 * level, for some refuse more than one.
 */
export function hardwareOptions(
  { encoderPreset, grid, crf }: Omit<VideoPlan, "rungs">,
  encoder: HardwareEncoderName,
  rung: VideoRung,
): string[] {
  const row = hardwareEncoder(encoder);
  const speed = row.speeds?.[encoderPreset];
  const level = Math.round(Number(rung.level) * 10);
  const isPlain = rung.profile === "baseline" || !row.hasBPictures;
  return [
    ...(speed === undefined ? [] : ["-preset", speed]),
    ...["-profile:v", row.profiles[rung.profile]],
    // Not all of them know levels by the same names, but all by the number in the stream.
    ...(level < row.leastLevel ? [] : ["-level:v", String(level)]),
    ...(row.pixelFormat === undefined ? [] : ["-pix_fmt", row.pixelFormat]),
    ...rateOptions(row.quality, crf, rung),
    ...forcedKeyFrameOptions(grid),
    // Closed GOPs: every fragment decodes alone.
    ...["-flags", "+cgop"],
    ...["-bf", isPlain ? "0" : "2"],
    ...row.options,
  ];
}

/** The ladder's average, or one quality, under a peak that a line can carry. */
function rateOptions(
  quality: string | undefined,
  crf: number | undefined,
  { bitrate, maxBitrate, bufferSize }: VideoRung,
): string[] {
  return [
    ...(quality === undefined || crf === undefined
      ? ["-b:v", String(bitrate)]
      : // Otherwise ffmpeg's own average would count.
        ["-b:v", "0", quality, String(crf)]),
    ...["-maxrate", String(maxBitrate)],
    ...["-bufsize", String(bufferSize)],
  ];
}
