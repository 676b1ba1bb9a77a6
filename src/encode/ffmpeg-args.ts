import { encoderOf, type DolbyName } from "../codecs/index.js";
import type { FfmpegCommand, FfmpegOutput } from "../ffmpeg/command.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { clockOptions } from "../media/film-clock.js";
import type { FragmentGrid } from "../media/fragment-length.js";
import { ratio } from "../media/time.js";
import {
  type AudioPlan,
  type AudioRung,
  type EncodePlan,
  type EncoderSettings,
  type H264Settings,
  type PlanStream,
  type VideoPlan,
  type VideoRung,
  videoStream,
} from "../plan/encode-plan.js";
import { videoIn } from "../probe/source-info.js";

/** The encoder's pass that a command makes; `only` when there is one pass. */
export type Pass = "only" | "first" | "second";

/** Files that a command writes for a rung. */
export interface RungFiles {
  /** An mp4. */
  readonly path: string;
  /** Prefix of x264's statistics, for two passes. */
  readonly statistics: string;
}

/**
 * One ffmpeg run: it decodes the source once, splits the picture to all rungs, and
 * makes the sound beside them. Copied streams are decoded too, to nowhere: otherwise
 * damage stays unseen, and ffmpeg's time 0 is the start of the streams that it reads.
 *
 * @param files of each stream's rungs
 */
export function encodeCommand(
  plan: EncodePlan,
  files: readonly (readonly RungFiles[])[],
  pass: Pass,
): FfmpegCommand {
  const { source, streams } = plan;
  const video = videoStream(plan);
  return {
    inputOptions: [
      // Machines read the progress on stdout, people read the errors on stderr.
      ...["-hide_banner", "-nostats", "-nostdin"],
      ...["-progress", "pipe:1"],
      // Each line carries its severity: ffmpeg reports damage in the source only here.
      ...["-loglevel", "level+warning"],
      // Where the file's clock jumps, filters make it the film's.
      ...clockOptions(source.clock),
      // Only the demuxer that probe found: ffmpeg opens nothing that the file names.
      ...readingOptions(source.path, source.container),
      // The plan turns the picture, after its fields are woven.
      ...(video ? ["-noautorotate"] : []),
      // Otherwise ffmpeg would build all filters anew for a part of another size, and
      // count times from 0 again.
      ...(video && videoIn(source)?.shapes ? ["-reinit_filter", "0"] : []),
    ],
    input: source.path,
    filters: streams.flatMap((stream, i) => graphOf(stream, markOf(plan, i))),
    outputs: streams.flatMap((stream, i) =>
      outputsOf(stream, markOf(plan, i), files[i] ?? [], pass),
    ),
  };
}

/** Keeps the labels of several streams of a kind apart. */
function markOf({ streams }: EncodePlan, index: number): string {
  const before = streams
    .slice(0, index)
    .filter(({ kind }) => kind === streams[index]?.kind);
  return before.length === 0 ? "" : `_s${before.length}`;
}

/** ffmpeg does not handle text. */
function graphOf(stream: PlanStream, mark: string): string[] {
  switch (stream.kind) {
    case "video":
      return videoGraph(stream, mark);
    case "audio":
      return stream.rungs
        .filter(isDecoded)
        .flatMap((rung, i) => audioGraph(stream, rung, audioMark(mark, i)));
    case "text":
      return [];
  }
}

function outputsOf(
  stream: PlanStream,
  mark: string,
  files: readonly RungFiles[],
  pass: Pass,
): FfmpegOutput[] {
  switch (stream.kind) {
    case "video":
      return stream.rungs.map((rung, i) =>
        videoOutput(stream, rung, `[rung${i}${mark}]`, files[i], pass),
      );
    case "audio":
      return stream.rungs.flatMap((rung, i) =>
        isDecoded(rung)
          ? audioOutput(rung, `[sound${audioMark(mark, i)}]`, files[i], pass)
          : takenOut(stream, files[i], pass),
      );
    case "text":
      return [];
  }
}

/** False for sound of which ffmpeg takes the frames out; encoded sound of the same stream is beside it. */
function isDecoded({ copied }: AudioRung): boolean {
  return copied === undefined || copied.trackId !== undefined;
}

/** Frames as they are, in an MP4 that describes them. */
function takenOut(
  { streamIndex }: AudioPlan,
  { path }: RungFiles = NO_FILES,
  pass: Pass,
): FfmpegOutput[] {
  if (pass === "first") return [];
  const options = [
    ...["-map", `0:${streamIndex}`],
    ...["-c:a", "copy"],
    ...CONTAINER_OPTIONS,
    ...["-f", "mp4"],
  ];
  return [{ path, options }];
}

/** Most sounds have one rung. */
function audioMark(mark: string, rung: number): string {
  return rung === 0 ? mark : `${mark}_${rung}`;
}

/** The shared filters once, then a branch for each rung. */
function videoGraph(
  { streamIndex, filters, rungs }: VideoPlan,
  mark: string,
): string[] {
  const branches = rungs.map((_, i) => `[branch${i}${mark}]`);
  return [
    `[0:${streamIndex}]${[...filters, `split=${rungs.length}`].join(",")}${branches.join("")}`,
    ...rungs.map(
      (rung, i) =>
        `${branches[i]}${chain(rung.filters, "null")}[rung${i}${mark}]`,
    ),
  ];
}

/** Each stream through its own filters, so that all begin and end together; then the join. */
function audioGraph(
  { streamIndex, joined }: AudioPlan,
  { filters }: AudioRung,
  mark: string,
): string[] {
  const way = chain(filters, "anull");
  if (joined === undefined) return [`[0:${streamIndex}]${way}[sound${mark}]`];
  const parts = joined.streams.map((_, i) => `[part${i}${mark}]`);
  return [
    ...joined.streams.map((index, i) => `[0:${index}]${way}${parts[i]}`),
    `${parts.join("")}${joined.filter}[sound${mark}]`,
  ];
}

/** @param none the filter that does nothing */
function chain(filters: readonly string[], none: string): string {
  return filters.join(",") || none;
}

function videoOutput(
  stream: VideoPlan,
  rung: VideoRung,
  label: string,
  { path, statistics }: RungFiles = NO_FILES,
  pass: Pass,
): FfmpegOutput {
  if (rung.copied) return nowhere(label);
  const options = [
    ...["-map", label],
    ...["-c:v", encoderOf(rung.codec)],
    ...ENCODER_OPTIONS[rung.codec](stream, rung),
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
  { encoderPreset, grid, reproducible }: VideoPlan,
  rung: VideoRung & H264Settings,
): string[] {
  return [
    ...["-preset", encoderPreset],
    ...["-profile:v", rung.profile],
    ...["-level:v", rung.level],
    ...["-pix_fmt", "yuv420p"],
    // Constrained VBR: the ladder's average, under a peak that a line can carry.
    ...["-b:v", String(rung.bitrate)],
    ...["-maxrate", String(rung.maxBitrate)],
    ...["-bufsize", String(rung.bufferSize)],
    ...keyFrameOptions(grid),
    // Closed GOPs: every fragment decodes alone.
    ...["-flags", "+cgop"],
    // A pyramid would make ffmpeg-based players start the picture one more frame late.
    ...(rung.profile === "baseline"
      ? ["-bf", "0"]
      : ["-bf", "2", "-b-pyramid", "none"]),
    ...["-refs", "3"],
    ...(reproducible ? ["-threads", "1"] : []),
  ];
}

function audioOutput(
  rung: AudioRung,
  label: string,
  { path }: RungFiles = NO_FILES,
  pass: Pass,
): FfmpegOutput {
  // The first pass needs no sound, but ffmpeg's time 0 is the start of the streams that
  // it reads.
  if (pass === "first" || rung.copied || rung.codec !== "aac")
    return nowhere(label);
  const options = [
    ...["-map", label],
    ...["-c:a", encoderOf(rung.codec)],
    ...ENCODER_OPTIONS[rung.codec](rung),
    ...["-ac", String(rung.channels)],
    ...["-ar", String(rung.sampleRate)],
    ...CONTAINER_OPTIONS,
    ...["-f", "mp4"],
  ];
  return { path, options };
}

/** The door for a new codec: a row. */
const ENCODER_OPTIONS = {
  h264: h264Options,
  aac: ({ bitrate }: AudioRung) => ["-b:a", String(bitrate)],
} as const satisfies Record<
  Exclude<EncoderSettings["codec"], DolbyName>,
  unknown
>;

const NO_FILES: RungFiles = { path: "", statistics: "" };

/** Decodes a stream and drops the result. */
function nowhere(label: string): FfmpegOutput {
  return { path: NOWHERE, options: ["-map", label, "-f", "null"] };
}

function passOptions(statistics: string, pass: Pass): string[] {
  if (pass === "only") return [];
  return ["-pass", pass === "first" ? "1" : "2", "-passlogfile", statistics];
}

/** Drops the source's tags, chapters and dates: equal pictures give equal bytes. */
const CONTAINER_OPTIONS = [
  ...["-map_metadata", "-1"],
  ...["-map_chapters", "-1"],
  ...["-fflags", "+bitexact"],
];

const NOWHERE = process.platform === "win32" ? "NUL" : "/dev/null";

/** Key frames on the grid and nowhere else, or clients could not switch rungs. */
export function keyFrameOptions(grid: FragmentGrid): string[] {
  const { gopFrames, cuts, joined } = grid;
  const none = ["-sc_threshold", "0"];
  const force = (where: string) => ["-force_key_frames", where];
  if (joined !== undefined)
    return [
      // One interval goes on over the joint: it may be twice as long, if the film turns
      // out longer.
      ...intervals(2 * gopFrames, gopFrames),
      ...none,
      ...force(`expr:not(mod(n,${gopFrames}))*not(eq(n,${joined}))`),
    ];
  return [
    ...intervals(gopFrames),
    ...none,
    // No interval is longer than the longest, and each begins at a time.
    ...(cuts ? force(forcedTimes(grid, cuts)) : []),
  ];
}

function intervals(longest: number, shortest = longest): string[] {
  return ["-g", String(longest), "-keyint_min", String(shortest)];
}

/**
 * Old ffmpegs round each time to the nearest frame; new ones take the first frame that
 * is not earlier. A time a quarter of a frame before it means the same frame to both,
 * and milliseconds are exact enough for that.
 */
function forcedTimes(
  { frameRate }: FragmentGrid,
  cuts: readonly number[],
): string {
  const seconds = (frame: number) =>
    Math.max(0, (frame - 0.25) / ratio(frameRate));
  return cuts.map((frame) => seconds(frame).toFixed(3)).join(",");
}
