import type { TrackKind } from "./track.js";

/**
 * A stream of a film, as its clock names it: the picture, the first sound, or a further sound
 * by its number in the file.
 */
export type StreamKey = TrackKind | `audio ${number}`;

/** Is it a picture or a sound? */
export function kindOfStreamKey(streamKey: StreamKey): TrackKind {
  return streamKey === "video" ? "video" : "audio";
}

/** Maps some streams to values, in the order of their arrival. */
export function byStreamKey<T>(
  of: Readonly<Partial<Record<StreamKey, T>>>,
): [StreamKey, T][] {
  return Object.entries(of) as [StreamKey, T][];
}

/** Turns the jumping clock of a file into the clock of a film: plain data, part of the plan. */
export interface FilmClock {
  /** In the order of the film. */
  readonly pieces: readonly ClockPiece[];
  readonly jumps: readonly ClockJump[];
  /** Frames whose own time is meaningless: each is shown after the previous frame. */
  readonly strays: readonly ClockStray[];
}

/** A part of the film where the file's clock is continuous; times are in seconds of that clock. */
export type ClockPiece = Readonly<Partial<Record<StreamKey, ClockSpan>>> & {
  /** Seconds to add to the file's times for the film's times. */
  readonly laterSeconds: number;
};

export interface ClockSpan {
  readonly from: number;
  readonly to: number;
  /** From one frame to the next. */
  readonly gap: number;
}

export interface ClockJump {
  /** In the film. */
  readonly atSeconds: number;
  /** How far the clock jumps; below 0 where it goes back. */
  readonly bySeconds: number;
}

export interface ClockStray {
  readonly stream: TrackKind;
  /** In the film. */
  readonly atSeconds: number;
  /** The frame's time in the file, by the film's clock. */
  readonly saidSeconds: number;
}

/** When a stream begins and ends in the film; undefined when no piece has the stream. */
export function filmSpan(
  { pieces }: Pick<FilmClock, "pieces">,
  streamKey: StreamKey,
): { from: number; to: number } | undefined {
  const own = pieces.flatMap((piece) => {
    const span = piece[streamKey];
    const later = piece.laterSeconds;
    return span ? [{ from: span.from + later, to: span.to + later }] : [];
  });
  if (own.length === 0) return undefined;
  return {
    from: own.reduce((least, { from }) => Math.min(least, from), Infinity),
    to: own.reduce((most, { to }) => Math.max(most, to), -Infinity),
  };
}

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
  streamKey: StreamKey,
): string[] {
  if (clock === undefined) return [];
  const pieces = clock.pieces.filter((piece) => piece[streamKey]);
  const gap = pieces[0]?.[streamKey]?.gap ?? 0;
  const expression = [
    // Has the clock gone back since the previous frame? (The first frame has none.)
    `if(eq(N,0),st(4,T))`,
    `st(3,lt(T,ld(4)-${BACK}))`,
    `st(1,-1)`,
    // The last match wins and must be the first piece, so the pieces come in reverse order.
    ...pieces.map((piece, i) => choice(piece, streamKey, i)).reverse(),
    `round(if(gte(ld(1),0),st(0,ld(1))*0+st(4,T)+ld(2),if(isnan(PREV_OUTT),0,PREV_OUTT+${text(gap)}))/TB)`,
  ].join(";");
  return [`${streamKey === "video" ? "setpts" : "asetpts"}='${expression}'`];
}

/** ffmpeg's own repair would interfere. */
export function clockOptions(clock: FilmClock | undefined): string[] {
  return clock === undefined ? [] : ["-copyts"];
}

function choice(
  { laterSeconds, ...spans }: ClockPiece,
  streamKey: StreamKey,
  i: number,
): string {
  const { from, to } = spans[streamKey] ?? { from: 0, to: 0 };
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

/**
 * Makes a function from times of the file to times of the film, for one stream in the file's
 * order: a piece that was left does not come again. A time that no piece has belongs to the
 * one before.
 */
export function filmTimes({
  pieces,
}: Pick<FilmClock, "pieces">): (seconds: number) => number {
  const spans = pieces.map((piece) => spanOf(piece));
  let [piece, before] = [0, -Infinity];
  return (seconds) => {
    const from = seconds < before - BACK ? piece + 1 : piece;
    before = seconds;
    const at = spans.findIndex(
      (span, i) =>
        i >= from && seconds >= span.from - SLACK && seconds <= span.to + SLACK,
    );
    if (at >= 0) piece = at;
    return seconds + (pieces[piece]?.laterSeconds ?? 0);
  };
}

function spanOf(piece: ClockPiece): { from: number; to: number } {
  const spans = Object.values(piece).flatMap((span) =>
    typeof span === "number" || span === undefined ? [] : span,
  );
  return {
    from: Math.min(...spans.map(({ from }) => from)),
    to: Math.max(...spans.map(({ to }) => to)),
  };
}
