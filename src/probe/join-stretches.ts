import {
  byStreamKey,
  filmSpan,
  kindOfStreamKey,
  type ClockJump,
  type ClockPiece,
  type ClockSpan,
  type ClockStray,
  type FilmClock,
} from "../media/film-clock.js";
import type { Stretch } from "./stretch-span.js";
import type { MeasuredStretches, StrayPacket } from "./stretches.js";

/**
 * Puts the stretches of a file one after another: the film is as long as its frames.
 * All streams of a stretch move by the same time, to stay together.
 *
 * @param wrapSeconds after which the file's clock starts again
 */
export function filmClock(
  { stretches, strays }: MeasuredStretches,
  wrapSeconds = Infinity,
): FilmClock {
  const pieces: ClockPiece[] = [];
  const jumps: ClockJump[] = [];
  for (const stretch of stretches) {
    const laterSeconds = onFrames(stretch, laterOf(stretch, pieces), pieces);
    const before = pieces.at(-1);
    if (before) {
      const by = before.laterSeconds - laterSeconds;
      // ffmpeg takes a clock that goes back far for one that has wrapped.
      const bySeconds = by > wrapSeconds / 2 ? by - wrapSeconds : by;
      jumps.push({ atSeconds: beginOf(stretch) + laterSeconds, bySeconds });
    }
    const spans = byStreamKey(stretch).map(([streamKey, span]) => [
      streamKey,
      spanOf(span),
    ]);
    pieces.push({ ...(Object.fromEntries(spans) as Stretch), laterSeconds });
  }
  return {
    pieces,
    jumps,
    strays: strays.map((stray) => strayOf(stray, pieces)),
  };
}

/** How far a stretch moves: each stream must go on where it has ended, so the latest of them decides. */
function laterOf(stretch: Stretch, pieces: readonly ClockPiece[]): number {
  const begin = beginOf(stretch);
  const film = { pieces };
  const own = byStreamKey(stretch).flatMap(([streamKey, span]) => {
    const before = filmSpan(film, streamKey);
    return before ? [before.to - span.from] : [];
  });
  // A stretch with only new streams, on a clock of its own, begins with the film.
  return own.length > 0 ? Math.max(...own) : 0 - begin;
}

function spanOf({ from, to, gap }: ClockSpan): ClockSpan {
  return { from, to, gap };
}

function beginOf(stretch: Stretch): number {
  return Math.min(...byStreamKey(stretch).map(([, { from }]) => from));
}

/** A joint may be shorter than a frame by this share. */
const SHORTER_FRAMES = 0.1;

/** Moves a stretch a little further, so that its frames stay on whole frames from the first of the film. */
function onFrames(
  { video }: Stretch,
  laterSeconds: number,
  pieces: readonly ClockPiece[],
): number {
  const first = pieces.find((piece) => piece.video);
  if (!video || !first?.video || first.video.gap <= 0) return laterSeconds;
  const { from, gap } = first.video;
  const begin = from + first.laterSeconds;
  const frames = (video.from + laterSeconds - begin) / gap;
  return laterSeconds + (Math.ceil(frames - SHORTER_FRAMES) - frames) * gap;
}

function strayOf(
  { streamKey, seconds, after, stretch }: StrayPacket,
  pieces: readonly ClockPiece[],
): ClockStray {
  const later = pieces[stretch]?.laterSeconds ?? 0;
  return {
    stream: kindOfStreamKey(streamKey),
    atSeconds: Math.max(0, after + later),
    saidSeconds: seconds + later,
  };
}
