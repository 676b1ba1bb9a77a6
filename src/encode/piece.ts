import { join } from "node:path";
import type { FfmpegCommand } from "../ffmpeg/command.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { ratio } from "../media/time.js";
import {
  type EncodePlan,
  type VideoPlan,
  videoStream,
} from "../plan/encode-plan.js";
import { splitAtGrid } from "../plan/filters.js";
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
}

/** How full the piece before leaves the buffer, when nothing tells more. */
const USUAL_FILL = 0.5;

/** A part of a picture: whole GOPs. Frames count from the begin of the film. */
export interface Piece {
  readonly from: number;
  /** The first frame behind it; left out when it goes on to the end of the film. */
  readonly to?: number;
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

/** The files of a piece, by its first frame: steps of other cuts never meet them. */
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
    outputs: part.rungs.map((rung, i) =>
      videoOutput(part, rung, `[rung${i}]`, files[i], pass),
    ),
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
      // Times count from the begin of the file, wherever ffmpeg begins to read.
      ...["-copyts", "-start_at_zero"],
      ...seekOptions(picture, piece),
      ...ONE_THREAD,
      ...readingOptions(source.path, source.container),
      "-noautorotate",
    ],
    input: source.path,
  };
}

/** Filters need some pictures before the first one: the rate's filter looks at two. */
const LEAD_SECONDS = 1;

/**
 * Seeks a key frame a second before the piece or earlier. `-noaccurate_seek`: the filters drop what comes before,
 * by whole numbers.
 */
function seekOptions({ grid, filters }: VideoPlan, { from }: Piece): string[] {
  const seconds = from / ratio(grid.frameRate) - shiftOf(filters);
  const seek = seconds - LEAD_SECONDS;
  return seek > 0 ? ["-noaccurate_seek", "-ss", seek.toFixed(6)] : [];
}

/** How much later the filters put each picture, in seconds. */
function shiftOf(filters: readonly string[]): number {
  const shifts = filters.map((filter) =>
    Number(/^setpts=PTS([+-][\d.]+)\/TB$/.exec(filter)?.[1] ?? 0),
  );
  return shifts.reduce((sum, shift) => sum + shift, 0);
}

/** The picture of a piece as a film of its own. */
function partOf(
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
    filters: filtersOf(picture, piece),
    rungs: rungs.map((rung, i) => ({
      ...rung,
      ...(from > 0 && { firstFill: USUAL_FILL }),
      ...targets?.[i],
    })),
    isPiece: true,
  };
}

/** Behind the rate's filter one tick is one frame: whole numbers cut the piece out. */
export function filtersOf(
  { filters }: VideoPlan,
  { from, to }: Piece,
): string[] {
  const { toGrid, behind } = splitAtGrid(filters);
  const end = to === undefined ? "" : `:end_pts=${to}`;
  return [
    // Only the first piece begins with the film: others would be filled from there on.
    ...(from === 0
      ? toGrid
      : toGrid.map((filter) =>
          filter.replace(/^(fps=.*):start_time=0$/, "$1"),
        )),
    `trim=start_pts=${from}${end}`,
    "setpts=PTS-STARTPTS",
    ...behind,
  ];
}
