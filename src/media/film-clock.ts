import type { TrackKind } from "./track.js";

/**
 * A stream of a film, as its clock names it: the picture, the first sound, or a further sound
 * by its number in the file.
 */
export type Lane = TrackKind | `audio ${number}`;

/** Is it a picture or a sound? */
export function kindOfLane(lane: Lane): TrackKind {
  return lane === "video" ? "video" : "audio";
}

/** Maps some lanes to values, in the order of their arrival. */
export function byLane<T>(of: Readonly<Partial<Record<Lane, T>>>): [Lane, T][] {
  return Object.entries(of) as [Lane, T][];
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
export type ClockPiece = Readonly<Partial<Record<Lane, ClockSpan>>> & {
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
  lane: Lane,
): { from: number; to: number } | undefined {
  const own = pieces.flatMap((piece) => {
    const span = piece[lane];
    const later = piece.laterSeconds;
    return span ? [{ from: span.from + later, to: span.to + later }] : [];
  });
  if (own.length === 0) return undefined;
  return {
    from: own.reduce((least, { from }) => Math.min(least, from), Infinity),
    to: own.reduce((most, { to }) => Math.max(most, to), -Infinity),
  };
}
