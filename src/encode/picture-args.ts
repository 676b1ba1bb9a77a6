import { encoderOf } from "../codecs/index.js";
import type { FfmpegOutput } from "../ffmpeg/command.js";
import {
  crfOf,
  type H264Settings,
  type VideoPlan,
  type VideoRung,
  type VideoSettings,
} from "../plan/encode-plan.js";
import { exactly } from "../plan/filters.js";
import { hardwareOptions, uploadFilters } from "./hardware-args.js";
import { keyFrameOptions } from "./key-frame-options.js";
import {
  chain,
  CONTAINER_OPTIONS,
  NO_FILES,
  NOWHERE,
  nowhere,
  type Pass,
  type RungFiles,
} from "./outputs.js";

/** The shared filters once, then a branch for each rung. */
export function videoGraph(stream: PictureToEncode, mark: string): string[] {
  const { streamIndex, rungs } = stream;
  const same = isSameEverywhere(stream) ? exactly : plainly;
  const filters = [...same(stream.filters), `split=${rungs.length}`];
  const branches = rungs.map((_, i) => `[branch${i}${mark}]`);
  return [
    `[0:${streamIndex}]${filters.join(",")}${branches.join("")}`,
    ...rungs.map(
      (rung, i) =>
        `${branches[i]}${chain([...same(rung.filters), ...uploadFilters(stream, rung)], "null")}[rung${i}${mark}]`,
    ),
  ];
}

const plainly = (filters: readonly string[]) => filters;

/** Are the bytes of this picture the same on every machine? Pieces may be encoded on several. */
function isSameEverywhere({ reproducible, pieces }: PictureToEncode): boolean {
  return reproducible || pieces !== undefined;
}

export function videoOutput(
  stream: PictureToEncode,
  rung: RungToEncode,
  label: string,
  { path, statistics }: RungFiles = NO_FILES,
  pass: Pass,
): FfmpegOutput {
  if (rung.copied) return nowhere(label);
  const options = [
    ...["-map", label],
    ...["-c:v", stream.encoder ?? encoderOf(rung.codec)],
    ...(stream.encoder === undefined
      ? ENCODER_OPTIONS[rung.codec](stream, rung)
      : hardwareOptions(stream, stream.encoder, rung)),
    // The colours are written into the stream, so that no client guesses.
    ...["-color_primaries", "bt709"],
    ...["-color_trc", "bt709"],
    ...["-colorspace", "bt709"],
    ...["-color_range", "tv"],
    ...passOptions(statistics, pass),
    ...CONTAINER_OPTIONS,
  ];
  return pass === "first"
    ? { path: NOWHERE, options: [...options, "-f", "null"] }
    : { path, options: [...options, "-f", "mp4"] };
}

function h264Options(
  stream: PictureToEncode,
  rung: RungToEncode & H264Settings,
): string[] {
  const { encoderPreset, tune, grid } = stream;
  return [
    ...["-preset", encoderPreset],
    // The number of references and B-pictures below stays, whatever it is tuned for.
    ...(tune === undefined ? [] : ["-tune", tune]),
    ...["-profile:v", rung.profile],
    ...["-level:v", rung.level],
    ...["-pix_fmt", "yuv420p"],
    ...rateOptions(stream, rung),
    ...keyFrameOptions(grid),
    // Closed GOPs: every fragment decodes alone.
    ...["-flags", "+cgop"],
    // A pyramid would make ffmpeg-based players start the picture one more frame late.
    ...(rung.profile === "baseline"
      ? ["-bf", "0"]
      : ["-bf", "2", "-b-pyramid", "none"]),
    ...["-refs", "3"],
    ...(isSameEverywhere(stream) ? ["-threads", "1"] : []),
    ...x264Params(stream, rung),
  ];
}

/** Constrained VBR: the ladder's average, or one quality, under a peak that a line can carry. */
function rateOptions(stream: PictureToEncode, rung: RungToEncode): string[] {
  const { bitrate, maxBitrate, bufferSize, weighingCrf } = rung;
  if (weighingCrf !== undefined) return ["-crf", String(weighingCrf)];
  const crf = crfOf(stream, rung);
  return [
    ...(crf === undefined ? ["-b:v", String(bitrate)] : ["-crf", String(crf)]),
    ...["-maxrate", String(maxBitrate)],
    ...["-bufsize", String(bufferSize)],
  ];
}

/** A picture to encode: a whole one, or a piece of it. */
export interface PictureToEncode extends Omit<VideoPlan, "rungs"> {
  readonly isPiece?: boolean;
  readonly rungs: readonly RungToEncode[];
}

type RungToEncode = VideoRung & {
  /** How full the buffer is where it begins, as a share of its size; left out: x264's own guess, 0.9. */
  readonly firstFill?: number;
  /** One quality, no peak: to see how many bits it takes. */
  readonly weighingCrf?: number;
  /** It goes on from pictures that another run encodes. */
  readonly goesOn?: boolean;
  /** How far from the planned bits x264 may get; left out: its own 1. */
  readonly tolerance?: number;
};

/** x264 encodes all key frames better than the other pictures, but not the very first: here with so many more bits. */
const BETTER_FIRST = "zones=0,0,b=1.4";

function x264Params(
  stream: PictureToEncode,
  { firstFill, goesOn, tolerance }: RungToEncode,
): string[] {
  const params = [
    // x264 decides by the processor's abilities, unless it is told not to.
    ...(isSameEverywhere(stream) ? ["cpu-independent=1"] : []),
    // All pieces have the same parameter sets.
    ...(stream.isPiece === true ? ["stitchable=1"] : []),
    ...(firstFill === undefined ? [] : [`vbv-init=${firstFill.toFixed(3)}`]),
    ...(goesOn === true ? [BETTER_FIRST] : []),
    ...(tolerance === undefined ? [] : [`ratetol=${tolerance}`]),
  ];
  return params.length === 0 ? [] : ["-x264-params", params.join(":")];
}

/** The door for a new codec of pictures: a row. */
const ENCODER_OPTIONS = {
  h264: h264Options,
} as const satisfies Record<VideoSettings["codec"], unknown>;

function passOptions(statistics: string, pass: Pass): string[] {
  if (pass === "only") return [];
  return ["-pass", pass === "first" ? "1" : "2", "-passlogfile", statistics];
}
