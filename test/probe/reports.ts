import type {
  FfprobeReport,
  FfprobeStream,
} from "../../src/probe/ask-ffprobe.js";

/** What ffprobe prints of the picture in a plain MP4. */
export const H264: FfprobeStream = {
  index: 0,
  codec_name: "h264",
  codec_type: "video",
  width: 1920,
  height: 1080,
  sample_aspect_ratio: "1:1",
  pix_fmt: "yuv420p",
  field_order: "progressive",
  color_range: "tv",
  color_space: "bt709",
  color_transfer: "bt709",
  color_primaries: "bt709",
  r_frame_rate: "30000/1001",
  avg_frame_rate: "30000/1001",
  start_time: "0.000000",
  duration: "8.008000",
  disposition: { default: 1, attached_pic: 0 },
  tags: { language: "und" },
};

/** And of the sound. */
export const AAC: FfprobeStream = {
  index: 1,
  codec_name: "aac",
  codec_type: "audio",
  sample_rate: "48000",
  channels: 2,
  r_frame_rate: "0/0",
  avg_frame_rate: "0/0",
  start_time: "0.000000",
  duration: "8.040000",
  disposition: { default: 1, attached_pic: 0 },
  tags: { language: "eng" },
};

/** A file of these streams. */
export function reportOf(...streams: FfprobeStream[]): FfprobeReport {
  return {
    format: {
      format_name: "mov,mp4,m4a,3gp,3g2,mj2",
      start_time: "0.000000",
      duration: "8.040000",
    },
    streams,
  };
}

/** A stream of which ffprobe does not print these fields. */
export function without(
  stream: FfprobeStream,
  ...fields: (keyof FfprobeStream)[]
): FfprobeStream {
  const kept = Object.entries(stream).filter(
    ([field]) => !fields.some((left) => left === field),
  );
  return Object.fromEntries(kept) as unknown as FfprobeStream;
}
