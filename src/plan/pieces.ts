import { cutFrames, type FragmentGrid } from "../media/fragment-length.js";
import { ratio } from "../media/time.js";
import type { VideoPlan } from "./encode-plan.js";
import type { SourceInfo, SourceVideo } from "../probe/source-info.js";

/** Seconds of a piece; or as long as suits the film. */
export type PieceLength = number | "suitable";

export interface PieceSettings {
  /** Left out: the film is encoded in one. */
  readonly pieceLength?: PieceLength | undefined;
}

/** Seconds of a piece: shorter ones cost, and longer ones leave cores without work. */
export const PIECE_SECONDS = [8, 60] as const;

/** With pieces of a length that suits the film, this many are enough for any machine. */
const PIECES = 64;

/** The most that a scheduler takes as one array: AWS Batch's limit. */
const MOST_PIECES = 10_000;

export interface Pieces {
  /** The first frame of each, ascending from 0; left out when the film stays one. */
  readonly cuts?: readonly number[];
  /** Why it stays one. */
  readonly note?: string;
}

export interface PiecedFilm {
  readonly source: SourceInfo;
  readonly video: SourceVideo;
  readonly grid: FragmentGrid;
  readonly durationSeconds: number;
  /** The highest rung is the source's own picture. */
  readonly isCopied: boolean;
}

/**
 * Cuts a film into pieces of whole GOPs. Each piece is sought in the source, so the source must have an index,
 * and one clock.
 */
export function planPieces(film: PiecedFilm, length: PieceLength): Pieces {
  const refusal = refusalOf(film);
  if (refusal !== undefined)
    return { note: `encoded in one piece: ${refusal}` };
  const cuts = pieceCuts(film, length);
  return cuts.length > 1 ? { cuts } : {};
}

/** Does ffmpeg find each time of this source exactly? */
export function canSeek({ container, clock, streams }: SourceInfo): boolean {
  const hasClock = streams.some(
    (stream) => stream.kind !== "text" && stream.fragmentClock !== undefined,
  );
  return isIndexed(container) && clock === undefined && !hasClock;
}

function isIndexed(container: string): boolean {
  return container.split(",").some((name) => INDEXED.has(name));
}

function refusalOf({
  source,
  video,
  isCopied,
}: PiecedFilm): string | undefined {
  const { container, clock, cutOff } = source;
  if (!isIndexed(container))
    return `its container (${container}) has no index to seek in. ffmpeg -i FILE -c copy FILE.mkv makes one`;
  if (clock !== undefined || video.fragmentClock !== undefined)
    return "its clock jumps";
  if (cutOff !== undefined) return "it is cut off";
  if (video.undecodedSeconds !== undefined)
    return "it begins between two key frames";
  if (video.shapes !== undefined) return "its picture changes its shape";
  if (video.isRateAssumed === true) return "its frames have no times";
  if (isCopied) return "its highest rung is copied";
  return undefined;
}

/** ffmpeg's names of containers in which it finds a time exactly. */
const INDEXED = new Set(["mov", "mp4", "matroska", "webm"]);

function pieceCuts(
  { grid, durationSeconds }: PiecedFilm,
  length: PieceLength,
): number[] {
  const rate = ratio(grid.frameRate);
  const frames = Math.max(1, Math.ceil(durationSeconds * rate - 0.01));
  const seconds = length === "suitable" ? suitable(durationSeconds) : length;
  const gops = Math.max(
    ...[1, Math.round((seconds * rate) / grid.gopFrames)],
    Math.ceil(frames / grid.gopFrames / MOST_PIECES),
  );
  const size = gops * grid.gopFrames;
  const fragments = new Set(cutFrames(grid, frames));
  return (
    Array.from({ length: Math.ceil(frames / size) }, (_, i) => i * size)
      .filter((cut) => fragments.has(cut))
      // A short rest belongs to the piece before it.
      .filter((cut) => cut === 0 || frames - cut >= size / 2)
  );
}

function suitable(durationSeconds: number): number {
  const [least, most] = PIECE_SECONDS;
  return Math.min(most, Math.max(least, durationSeconds / PIECES));
}

/** The pieces in words, such as "12 of 30.03 s, each encoded by itself". */
export function describePieces({
  grid,
  pieces = [],
}: Pick<VideoPlan, "grid" | "pieces">): string {
  const seconds = (pieces[1] ?? 0) / ratio(grid.frameRate);
  const length = Math.round(seconds * 100) / 100;
  return `${pieces.length} of ${length} s, each encoded by itself`;
}
