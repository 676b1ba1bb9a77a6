import { join } from "node:path";
import type { FfmpegCommand } from "../ffmpeg/command.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { ratio } from "../media/time.js";
import {
  type EncodePlan,
  type VideoPlan,
  videoStream,
} from "../plan/encode-plan.js";
import type { FrameRange } from "../media/fragment-length.js";
import { partFilters, seekOptions, startOf } from "./part.js";
import { REPORTING } from "./ffmpeg-args.js";
import type { Pass, RungFiles } from "./outputs.js";
import {
  videoGraph,
  videoOutput,
  type PictureToEncode,
} from "./picture-args.js";

/** What a piece of a rung shall be. */
export interface RungTarget {
  /** Bits per second, on average. */
  readonly bitrate: number;
  /** How full the buffer is where it begins, 0 to 1; left out for the first piece. */
  readonly firstFill?: number;
  /** Prefix of x264's statistics of its small pictures, where they serve. */
  readonly statistics?: string;
  /** How far from these bits x264 may get. */
  readonly tolerance?: number;
}

/** How full the piece before leaves the buffer, when nothing tells more. */
export const USUAL_FILL = 0.5;

/** A part of a picture: whole GOPs. Frames count from the begin of the package. */
export type Piece = FrameRange;

/** The same frames, counted from the begin of the film. */
export function framesOf(
  { frames }: VideoPlan,
  { from, to = Infinity }: Piece,
): FrameRange {
  const { from: begin = 0, to: end = Infinity } = frames ?? {};
  const last = Math.min(begin + to, end);
  return {
    from: begin + from,
    ...(last !== Infinity && { to: last }),
  };
}

/** The pieces of a plan's picture; none when it is encoded in one. */
export function piecesOf(plan: EncodePlan): Piece[] {
  const { pieces = [] } = videoStream(plan) ?? {};
  return pieces.map((from, i) => {
    const to = pieces[i + 1];
    return { from, ...(to !== undefined && { to }) };
  });
}

/** How many frames a piece has by the plan; at least one. */
export function lengthOf(
  { durationSeconds }: EncodePlan,
  { grid }: VideoPlan,
  { from, to }: Piece,
): number {
  const end = Math.ceil(durationSeconds * ratio(grid.frameRate) - 0.01);
  return Math.max(1, (to ?? end) - from);
}

/** The files of a piece, by its first frame. A step of other cuts has another name, and writes them anew. */
export function pieceFiles(
  { rungs, name }: VideoPlan,
  { from }: Piece,
  folder: string,
): RungFiles[] {
  return rungs.map((_, i) => ({
    path: join(folder, `${name}-${i}-${from}.mp4`),
    statistics: join(folder, `statistics-${i}-${from}`),
  }));
}

/**
 * ffmpeg's run for a piece: all rungs at once, from the pictures of this part alone.
 *
 * @param targets of the rungs in this piece; undefined: their own
 */
export function pieceCommand(
  plan: EncodePlan,
  picture: VideoPlan,
  piece: Piece,
  folder: string,
  pass: Pass,
  targets?: readonly RungTarget[],
): FfmpegCommand {
  const part = partOf(picture, piece, targets);
  const files = pieceFiles(picture, piece, folder);
  return {
    ...piecesInput(plan, picture, piece),
    filters: videoGraph(part, ""),
    outputs: part.rungs.map((rung, i) => {
      const { statistics } = targets?.[i] ?? {};
      const own = files[i];
      return own && statistics !== undefined
        ? videoOutput(
            ...([part, rung, `[rung${i}]`] as const),
            { ...own, statistics },
            "second",
          )
        : videoOutput(part, rung, `[rung${i}]`, own, pass);
    }),
  };
}

/** Each piece takes one core: several run side by side. */
const ONE_THREAD = ["-filter_complex_threads", "1", "-threads", "1"];

/** ffmpeg's options for reading the pictures of a piece. */
export function piecesInput(
  { source }: EncodePlan,
  picture: VideoPlan,
  piece: Piece,
): Pick<FfmpegCommand, "inputOptions" | "input"> {
  return {
    inputOptions: [
      ...REPORTING,
      ...seekOptions(source, startOf(picture, framesOf(picture, piece))),
      ...ONE_THREAD,
      ...readingOptions(source.path, source.container),
      "-noautorotate",
    ],
    input: source.path,
  };
}

/** The picture of a piece as a film of its own. */
export function partOf(
  picture: VideoPlan,
  piece: Piece,
  targets: readonly RungTarget[] | undefined,
): PictureToEncode {
  const { from } = piece;
  const { grid, rungs } = picture;
  const joined = grid.joined === undefined ? undefined : grid.joined - from;
  const isInside = joined !== undefined && joined > 0;
  const { frameRate, gopFrames } = grid;
  return {
    ...picture,
    grid: { frameRate, gopFrames, ...(isInside && { joined }) },
    filters: partFilters(picture.filters, framesOf(picture, piece)),
    rungs: rungs.map((rung, i) => ({
      ...rung,
      ...(from > 0 && { firstFill: USUAL_FILL, goesOn: true }),
      ...targets?.[i],
    })),
    isPiece: true,
  };
}
