import { PackError } from "../errors.js";
import { ffmpegArguments, type FfmpegCommand } from "../ffmpeg/command.js";
import { commandLine } from "../util/format.js";
import type { Tools } from "../ffmpeg/find.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { lastLines, runTool } from "../ffmpeg/run.js";
import { taskOf } from "../ffmpeg/stall.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import type { ThumbnailsPlan } from "../plan/encode-plan.js";

/** A picture of the film, and its place in the image. */
export interface Thumbnail {
  /** When it is shown in the film. */
  readonly begin: Ticks;
  readonly x: number;
  readonly y: number;
}

/** Many small pictures in one image, row by row. */
export interface Sprite {
  readonly columns: number;
  readonly rows: number;
  readonly thumbnails: readonly Thumbnail[];
}

/** The picture that the thumbnails are taken from. */
export interface SpriteSource {
  readonly path: string;
  readonly demuxer: string;
  /** The track of the file; default: its first picture. */
  readonly trackId?: number;
  /**
   * When its first picture begins in the film; before that it may be held. Less than 0, when the film begins with a
   * later one. Default 0.
   */
  readonly late?: Ticks;
}

/**
 * Chooses key frames that are at least `everySeconds` apart, and lays them out.
 *
 * @param keyFrames times, ascending
 */
export function layOutSprite(
  keyFrames: readonly Ticks[],
  { everySeconds, width, height }: ThumbnailsPlan,
): Sprite {
  const times: Ticks[] = [];
  const least = Math.round(everySeconds * SMOOTH_TIMESCALE) - SLACK;
  for (const time of keyFrames)
    if (time - (times.at(-1) ?? -Infinity) >= least) times.push(time);
  const columns = Math.max(1, Math.ceil(Math.sqrt(times.length)));
  return {
    columns,
    rows: Math.ceil(times.length / columns),
    thumbnails: times.map((begin, i) => ({
      begin,
      x: (i % columns) * width,
      y: Math.floor(i / columns) * height,
    })),
  };
}

/** At 29.97 frames a second 10 s are 10.01 s: half a frame must not cost a whole GOP. */
const SLACK = SMOOTH_TIMESCALE / 50;

/**
 * One ffmpeg run: it decodes only key frames, makes one image of the chosen ones, and tells
 * on standard output which ones those were.
 */
export function spriteCommand(
  { path, demuxer, trackId, late = 0 }: SpriteSource,
  { columns, rows, thumbnails }: Sprite,
  { width, height }: ThumbnailsPlan,
  image: string,
): FfmpegCommand {
  const isChosen = thumbnails.map(({ begin }) => {
    // ffmpeg's clocks of files begin at many times, the film with the first picture.
    if (begin === 0 && late >= 0) return "eq(n,0)";
    const seconds = (begin - late) / SMOOTH_TIMESCALE;
    return `between(t-start_t,${(seconds - NEAR).toFixed(3)},${(seconds + NEAR).toFixed(3)})`;
  });
  const picture = trackId === undefined ? "v:0" : `i:${trackId}`;
  return {
    inputOptions: [
      ...["-hide_banner", "-nostats", "-nostdin", "-loglevel", "error"],
      ...["-skip_frame", "nokey"],
      ...readingOptions(path, demuxer),
    ],
    input: path,
    filters: [
      `[0:${picture}]select='${isChosen.join("+")}',scale=${width}:${height},setsar=1,split[list][tiles]`,
      `[tiles]tile=${columns}x${rows}[image]`,
    ],
    outputs: [
      {
        path: image,
        options: [
          ...["-map", "[image]", "-frames:v", "1", "-c:v", "mjpeg"],
          ...["-pix_fmt", "yuvj420p", "-q:v", "5", "-threads", "1"],
          ...["-flags", "+bitexact", "-fflags", "+bitexact", "-f", "mjpeg"],
        ],
      },
      { path: "pipe:1", options: ["-map", "[list]", "-f", "framecrc"] },
    ],
  };
}

/** Half the shortest distance of two frames. */
const NEAR = 0.008;

/**
 * Makes the image of a sprite.
 *
 * @throws PackError `encode` when ffmpeg fails or takes other pictures, `aborted`
 */
export async function makeSprite(
  source: SpriteSource,
  sprite: Sprite,
  planned: ThumbnailsPlan,
  image: string,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const command = spriteCommand(source, sprite, planned, image);
  const args = ffmpegArguments(command);
  const run = await runTool(tools.ffmpeg.path, args, {
    ...{ signal, keepStdout: true },
    task: taskOf(tools, image, "encode"),
  });
  const taken = run.stdout.match(/^\d/gm)?.length ?? 0;
  const expected = sprite.thumbnails.length;
  if (run.exitCode === 0 && taken === expected) return;
  throw new PackError(
    "encode",
    `${planned.image}: ffmpeg took ${taken} pictures. Expected ${expected}: one for each time in ${planned.file}.`,
    {
      hint: "Leave --thumbnails out to package the film without them.",
      facts: {
        stderr: lastLines(run.stderr, 6),
        command: commandLine(tools.ffmpeg.path, args),
      },
    },
  );
}
