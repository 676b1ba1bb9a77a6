import type { ClockPiece, FilmClock, Lane } from "./film-clock.js";

/**
 * The filter gives frames of a file with a jumping clock the times of the film. ffmpeg's own
 * repair of such clocks supports only MPEG-TS, moves each stream separately, and holds a frame
 * with a wild time for hours.
 *
 * The filter is an expression with memory: variable 0 is the piece of the last frame, 4 is the
 * last frame's time. A frame belongs to the first piece from there on whose times include it;
 * after a step back of the clock, to a later one.
 */
export function clockFilters(
  clock: FilmClock | undefined,
  lane: Lane,
): string[] {
  if (clock === undefined) return [];
  const pieces = clock.pieces.filter((piece) => piece[lane]);
  const gap = pieces[0]?.[lane]?.gap ?? 0;
  const expression = [
    // Has the clock gone back since the previous frame? (The first frame has none.)
    `if(eq(N,0),st(4,T))`,
    `st(3,lt(T,ld(4)-${BACK}))`,
    `st(1,-1)`,
    // The last match wins and must be the first piece, so the pieces come in reverse order.
    ...pieces.map((piece, i) => choice(piece, lane, i)).reverse(),
    `round(if(gte(ld(1),0),st(0,ld(1))*0+st(4,T)+ld(2),if(isnan(PREV_OUTT),0,PREV_OUTT+${text(gap)}))/TB)`,
  ].join(";");
  return [`${lane === "video" ? "setpts" : "asetpts"}='${expression}'`];
}

/** ffmpeg's own repair would interfere. */
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

/** Frames may be a little earlier or later than their packets' times. */
const SLACK = 0.5;

/** Frames come in display order; a clock that goes back goes back by more than this. */
const BACK = 0.3;

function text(seconds: number): string {
  return seconds.toFixed(6);
}
