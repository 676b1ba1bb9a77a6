import type { Rational } from "../media/time.js";
import type { SourceAudio, SourceVideo } from "../probe/source-info.js";
import type { PresetAudio } from "./preset.js";

/** Filters that all rungs share, each for a reason. */
export function sharedVideoFilters(
  source: SourceVideo,
  rate: Rational,
): string[] {
  return [
    // Fields become frames before anything is scaled.
    ...(source.interlaced
      ? ["bwdif=mode=send_frame:parity=auto:deint=all"]
      : []),
    // One constant rate; a late first frame is held from time 0. The fps filter
    // is the one spelling that every ffmpeg since 2018 knows.
    `fps=fps=${rate.num}/${rate.den}:start_time=0`,
  ];
}

/** Filters that bring a picture to a rung's size, in 4:2:0 BT.709 with square pixels. */
export function rungFilters(
  source: SourceVideo,
  size: { width: number; height: number },
): string[] {
  return [...scaleFilter(source, size), "format=yuv420p", "setsar=1"];
}

/**
 * Filters that give sound from time 0 without holes.
 *
 * @param pictureSeconds how long the picture lasts; undefined when there is none
 */
export function audioFilters(
  preset: PresetAudio,
  pictureSeconds: number | undefined,
): string[] {
  const { sampleRate } = preset;
  return [
    // async=1 fills holes with silence; first_pts=0 fills or trims the start.
    `aresample=${sampleRate}:async=1:first_pts=0`,
    ...(pictureSeconds === undefined
      ? []
      : [padding(pictureSeconds, sampleRate)]),
  ];
}

/** Silence after the end, longer than the picture: the muxer then cuts at the picture's last tick. */
function padding(pictureSeconds: number, sampleRate: number): string {
  const samples = Math.ceil((pictureSeconds + PAD_SECONDS) * sampleRate);
  return `apad=whole_len=${samples}`;
}

/** Picture durations in file headers are wrong by less than this. */
const PAD_SECONDS = 2;

function scaleFilter(
  source: SourceVideo,
  size: { width: number; height: number },
): string[] {
  const matrix = source.colorMatrix || assumedMatrix(source);
  const isRightSize =
    size.width === source.width &&
    size.height === source.height &&
    isSquare(source);
  // Anything but 8-bit 4:2:0 is converted, and must be told by which matrix.
  const isRightColor =
    matrix === "bt709" && !source.fullRange && source.pixelFormat === "yuv420p";
  if (isRightSize && isRightColor) return [];
  const color = `in_color_matrix=${SCALE_MATRIX[matrix] ?? "bt709"}:out_color_matrix=bt709`;
  const range = `in_range=${source.fullRange ? "pc" : "tv"}:out_range=tv`;
  return [
    `scale=w=${size.width}:h=${size.height}:flags=bicubic:${color}:${range}`,
  ];
}

/** Files that do not say follow the custom of their size: BT.601 for SD, BT.709 for HD. */
function assumedMatrix(source: SourceVideo): string {
  return Math.min(source.width, source.height) >= 720 ? "bt709" : "smpte170m";
}

/** ffprobe's names of YCbCr matrices as ffmpeg's scale filter spells them. */
const SCALE_MATRIX: Readonly<Record<string, string>> = {
  bt709: "bt709",
  smpte170m: "smpte170m",
  bt470bg: "bt601", // 2018's ffmpeg has no name of its own for it; the matrix is the same
  fcc: "fcc",
  smpte240m: "smpte240m",
  bt2020nc: "bt2020",
  bt2020c: "bt2020",
};

function isSquare({ sampleAspectRatio }: SourceVideo): boolean {
  return sampleAspectRatio.num === sampleAspectRatio.den;
}

/** What a listener should know about the sound's way. */
export function audioNotes(source: SourceAudio, preset: PresetAudio): string[] {
  const notes: string[] = [];
  if (source.channels > preset.channels) {
    notes.push(
      `sound: ${source.channels} channels mixed down to ${preset.channels}`,
    );
  }
  if (source.startSeconds > 0.1) {
    notes.push(
      `sound begins ${source.startSeconds.toFixed(2)} s late: filled with silence`,
    );
  }
  return notes;
}
