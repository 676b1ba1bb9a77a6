/**
 * What an encoder of H.264 in a device is asked for, in words of ffmpeg 4.4 and later. All of them make closed groups
 * that begin with IDR pictures on the plan's grid, and at most two B-pictures that nothing refers to.
 */
export interface HardwareEncoder {
  /** ffmpeg's options before the input, which open the device; none where the encoder opens it by itself. */
  readonly device: readonly string[];
  /** Filters that bring a picture to the device, behind those of its rung. */
  readonly upload: readonly string[];
  /** How the encoder takes pictures that were not brought to the device. */
  readonly pixelFormat?: "yuv420p" | "nv12";
  /** Its `-preset` for each of x264's speeds; left out: it has one speed. */
  readonly speeds?: Readonly<Record<string, string>>;
  readonly profiles: Readonly<Record<"baseline" | "main" | "high", string>>;
  /** The lowest level that it knows, times ten; it chooses by itself below. */
  readonly leastLevel: number;
  readonly hasBPictures: boolean;
  /** Its option of a constant quality under a peak, of x264's scale; left out: it has none. */
  readonly quality?: string;
  /** What else keeps its groups closed, and its pictures in the order that players expect. */
  readonly options: readonly string[];
}

const PLAIN_PROFILES = { baseline: "baseline", main: "main", high: "high" };

/** The door for a device's encoder: a row. No other encoder of H.264 than x264 makes the same bytes everywhere. */
export const HARDWARE_ENCODERS = {
  // libavcodec/nvenc.c: -g is the IDR period, so every I-picture is IDR.
  h264_nvenc: {
    device: [],
    upload: [],
    pixelFormat: "yuv420p",
    speeds: {
      ...{ ultrafast: "p1", superfast: "p1", veryfast: "p2", faster: "p3" },
      ...{ fast: "p3", medium: "p4", slow: "p5", slower: "p6" },
      veryslow: "p7",
    },
    profiles: PLAIN_PROFILES,
    leastLevel: 10,
    hasBPictures: true,
    // It drops average and buffer then, and keeps the peak.
    quality: "-cq",
    options: [
      ...["-rc", "vbr"],
      ...["-forced-idr", "1"],
      // It matters when a look-ahead is on: by default none is.
      ...["-no-scenecut", "1"],
      // Newer ones decide by the speed.
      ...["-b_ref_mode", "disabled"],
    ],
  },
  // libavcodec/qsvenc.c
  h264_qsv: {
    device: [],
    upload: [],
    pixelFormat: "nv12",
    speeds: {
      ...{ ultrafast: "veryfast", superfast: "veryfast" },
      ...{ veryfast: "veryfast", faster: "faster", fast: "fast" },
      ...{ medium: "medium", slow: "slow", slower: "slower" },
      veryslow: "veryslow",
    },
    profiles: PLAIN_PROFILES,
    leastLevel: 10,
    hasBPictures: true,
    options: [
      // Every I-picture is IDR.
      ...["-idr_interval", "0", "-forced_idr", "1"],
      // Its look-ahead has a rate control of its own, without a peak.
      ...["-look_ahead", "0"],
      // No I-pictures at scene cuts, and as many B-pictures as asked for, without a pyramid.
      ...["-adaptive_i", "0", "-adaptive_b", "0", "-b_strategy", "0"],
    ],
  },
  // libavcodec/vaapi_encode.c
  h264_vaapi: {
    device: ["-init_hw_device", "vaapi=device", "-filter_hw_device", "device"],
    upload: ["format=nv12", "hwupload"],
    profiles: { ...PLAIN_PROFILES, baseline: "constrained_baseline" },
    leastLevel: 10,
    hasBPictures: true,
    // Every I-picture is IDR, and no B-picture is a reference.
    options: ["-idr_interval", "0", "-b_depth", "1"],
  },
  // libavcodec/videotoolboxenc.c
  h264_videotoolbox: {
    device: [],
    upload: [],
    pixelFormat: "yuv420p",
    profiles: PLAIN_PROFILES,
    leastLevel: 30,
    // Nobody can tell it how many: with B-pictures it decides about groups and order by itself.
    hasBPictures: false,
    options: ["-realtime", "0"],
  },
} as const satisfies Record<string, HardwareEncoder>;

export type HardwareEncoderName = keyof typeof HARDWARE_ENCODERS;

/** All names that `--encoder` takes, the default first. */
export const VIDEO_ENCODERS = [
  "libx264",
  ...(Object.keys(HARDWARE_ENCODERS) as HardwareEncoderName[]),
] as const;

/** A row of the table. */
export function hardwareEncoder(name: HardwareEncoderName): HardwareEncoder {
  return HARDWARE_ENCODERS[name];
}
