import {
  filmSpan,
  type ClockJump,
  type ClockPiece,
  type ClockSpan,
  type ClockStray,
  type FilmClock,
} from "../media/film-clock.js";
import type { Measured, Stray, Stretch } from "./stretches.js";

/**
 * Puts the stretches of a file behind one another: a film is what its frames
 * fill. Picture and sound of a stretch are moved by the same time, so that they
 * stay together.
 *
 * @param wrapSeconds after which the file's clock starts again
 */
export function filmClock(
  { stretches, strays }: Measured,
  wrapSeconds = Infinity,
): FilmClock {
  const pieces: ClockPiece[] = [];
  const jumps: ClockJump[] = [];
  for (const stretch of stretches) {
    const laterSeconds = onFrames(stretch, laterOf(stretch, pieces), pieces);
    const before = pieces.at(-1);
    if (before) {
      const by = before.laterSeconds - laterSeconds;
      // ffmpeg takes a clock that goes back far for one that has run over.
      const bySeconds = by > wrapSeconds / 2 ? by - wrapSeconds : by;
      jumps.push({ atSeconds: beginOf(stretch) + laterSeconds, bySeconds });
    }
    pieces.push({
      ...(stretch.video && { video: spanOf(stretch.video) }),
      ...(stretch.audio && { audio: spanOf(stretch.audio) }),
      laterSeconds,
    });
  }
  return { pieces, jumps, strays: strays.map((stray) => told(stray, pieces)) };
}

/** By how much a stretch is moved: picture and sound go on where each has ended, the later of both. */
function laterOf(stretch: Stretch, pieces: readonly ClockPiece[]): number {
  const begin = beginOf(stretch);
  const film = { pieces };
  const own = (["video", "audio"] as const).flatMap((kind) => {
    const before = filmSpan(film, kind);
    const span = stretch[kind];
    return before && span ? [before.to - span.from] : [];
  });
  // A stream that comes for the first time, on a clock of its own, begins with the film.
  return own.length > 0 ? Math.max(...own) : 0 - begin;
}

function spanOf({ from, to, gap }: ClockSpan): ClockSpan {
  return { from, to, gap };
}

function beginOf({ video, audio }: Stretch): number {
  return Math.min(video?.from ?? Infinity, audio?.from ?? Infinity);
}

/** A joint may be so much shorter than the frame that it should be. */
const SHORTER_FRAMES = 0.1;

/** Moved a little further, so that frames go on at whole frames behind the first of the film. */
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

function told(
  { kind, seconds, after, stretch }: Stray,
  pieces: readonly ClockPiece[],
): ClockStray {
  const later = pieces[stretch]?.laterSeconds ?? 0;
  return {
    stream: kind,
    atSeconds: Math.max(0, after + later),
    saidSeconds: seconds + later,
  };
}
