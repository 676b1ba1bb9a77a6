import type { ClockPiece, FilmClock, Lane } from "./film-clock.js";

/**
 * The filter that gives frames of a file whose clock jumps the times of the film.
 * ffmpeg's own way to mend such clocks knows MPEG-TS alone, moves each stream
 * for itself, and holds a frame of a wild time for hours.
 *
 * It is an expression with a memory: variable 0 is the piece of the film that the
 * last frame was of, 4 that frame's time. A frame is of the first piece from
 * there on in whose times it lies; where the clock has gone back, of a later one.
 */
export function clockFilters(
  clock: FilmClock | undefined,
  lane: Lane,
): string[] {
  if (clock === undefined) return [];
  const pieces = clock.pieces.filter((piece) => piece[lane]);
  const gap = pieces[0]?.[lane]?.gap ?? 0;
  const expression = [
    // Has the clock gone back since the frame before? (The first frame has none.)
    `if(eq(N,0),st(4,T))`,
    `st(3,lt(T,ld(4)-${BACK}))`,
    `st(1,-1)`,
    // The last one that holds is the first piece: so they come from the back.
    ...pieces.map((piece, i) => choice(piece, lane, i)).reverse(),
    `round(if(gte(ld(1),0),st(0,ld(1))*0+st(4,T)+ld(2),if(isnan(PREV_OUTT),0,PREV_OUTT+${text(gap)}))/TB)`,
  ].join(";");
  return [`${lane === "video" ? "setpts" : "asetpts"}='${expression}'`];
}

/** ffmpeg's own mending would be in the way. */
export function clockOptions(clock: FilmClock | undefined): string[] {
  return clock === undefined ? [] : ["-copyts"];
}

function choice(
  { laterSeconds, ...spans }: ClockPiece,
  lane: Lane,
  i: number,
): string {
  const { from, to } = spans[lane] ?? { from: 0, to: 0 };
  const isInside = `between(T,${text(from - SLACK)},${text(to + SLACK)})`;
  return `if(gte(${i},ld(0)+ld(3))*${isInside},st(1,${i})+st(2,${text(laterSeconds)}))`;
}

/** Frames are a little earlier or later than their packets say. */
const SLACK = 0.5;

/** Frames come in the order in which they are shown; clocks that go back go back by more. */
const BACK = 0.3;

function text(seconds: number): string {
  return seconds.toFixed(6);
}
