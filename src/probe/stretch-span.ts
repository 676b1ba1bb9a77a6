import { byStreamKey, type StreamKey } from "../media/film-clock.js";

export interface TimedPacket {
  readonly streamKey: StreamKey;
  /** Decode time, or presentation time where there is no other. In seconds of the file's clock. */
  readonly clock: number;
  /** Presentation time. */
  readonly shown: number;
  /** 0 when the file gives none. */
  readonly seconds: number;
  readonly isKey: boolean;
}

/** The part of a stretch that one stream fills, in seconds of the file's clock. */
export interface StretchSpan {
  readonly from: number;
  readonly to: number;
  readonly packets: number;
  /** The sum of its packets' durations; 0 when they have none. */
  readonly filled: number;
  /** The usual time from one packet to the next. */
  readonly gap: number;
}

export type Stretch = Readonly<Partial<Record<StreamKey, StretchSpan>>>;

/**
 * A clock has jumped when it goes back by more than this and by more than the frames
 * that may be out of order.
 */
export const BACK_SECONDS = 0.5;
const BACK_FRAMES = 4;

/** The clock has jumped ahead where no stream has a frame for longer than this. ffmpeg's limit. */
export const AHEAD_SECONDS = 10;

/** A picture alone may stand still on purpose. */
const ALONE_SECONDS = 600;

/** The time by which a picture is decoded ahead of its turn: 16 frames in H.264. */
const FRAMES_REORDERED = 32;

export interface OpenSpan {
  from: number;
  /** Presentation time of the packet that is shown last. */
  lastShown: number;
  lastSeconds: number;
  lastClock: number;
  firstClock: number;
  packets: number;
  filled: number;
}

export type OpenStretch = Partial<Record<StreamKey, OpenSpan>>;

/** The distance of a packet from its stream's place in a stretch; Infinity when it cannot belong there. */
export function distanceTo(
  stretch: OpenStretch,
  { streamKey, clock }: TimedPacket,
): number {
  const own = stretch[streamKey];
  const all = byStreamKey(stretch).map(([, span]) => span);
  const others = all.filter((span) => span !== own);
  const [first] = all;
  if (first === undefined) return 0;
  const ends = all.map(
    // The duration of a sample is a claim, too.
    (span) => span.lastClock + Math.min(span.lastSeconds, ALONE_SECONDS),
  );
  const end = Math.max(...ends);
  const begin = own
    ? own.lastClock - Math.max(BACK_SECONDS, BACK_FRAMES * gapOf(own))
    : Math.min(...others.map(({ firstClock }) => firstClock)) - AHEAD_SECONDS;
  const isBeside = others.some(
    ({ lastClock }) => lastClock > end - AHEAD_SECONDS,
  );
  const ahead = isBeside ? AHEAD_SECONDS : ALONE_SECONDS;
  if (clock < begin || clock > end + ahead) return Infinity;
  return Math.abs(clock - (own ?? first).lastClock);
}

/**
 * Adds a packet that belongs to a stretch.
 *
 * @returns when its picture is shown; undefined for a stray packet: its time is far from its turn
 */
export function addTo(
  stretch: OpenStretch,
  packet: TimedPacket,
): number | undefined {
  const { streamKey, clock, shown, seconds } = packet;
  const span = stretch[streamKey];
  const isFar = isFarFromTurn(packet, span);
  if (span === undefined) {
    const at = isFar ? clock : shown;
    stretch[streamKey] = {
      ...{ from: at, lastShown: at, lastSeconds: seconds },
      ...{ lastClock: clock, firstClock: clock, packets: 1 },
      filled: seconds,
    };
    return at;
  }
  span.lastClock = Math.max(span.lastClock, clock);
  if (isFar) return undefined;
  span.packets++;
  span.filled += seconds;
  span.from = Math.min(span.from, shown);
  if (shown < span.lastShown) return shown;
  span.lastShown = shown;
  span.lastSeconds = seconds;
  return shown;
}

function isFarFromTurn(
  { clock, shown, seconds }: TimedPacket,
  span: OpenSpan | undefined,
): boolean {
  const step = span === undefined ? 0 : clock - span.lastClock;
  const longest = FRAMES_REORDERED * Math.max(step, seconds);
  return Math.abs(shown - clock) > Math.max(AHEAD_SECONDS, longest);
}

export function closedStretch(stretch: OpenStretch): Stretch {
  const spans = byStreamKey(stretch).map(([streamKey, span]) => [
    streamKey,
    closed(span),
  ]);
  return Object.fromEntries(spans) as Stretch;
}

/**
 * The last frame keeps its duration if a picture may stand still that long; else it
 * lasts as long as the others.
 */
function closed(span: OpenSpan): StretchSpan {
  const { from, lastShown, lastSeconds, packets, filled } = span;
  const gap = gapOf(span);
  const isLikely = lastSeconds > 0 && lastSeconds <= ALONE_SECONDS;
  return {
    from,
    to: lastShown + (isLikely ? lastSeconds : Math.min(gap, ALONE_SECONDS)),
    ...{ packets, filled },
    gap: Math.min(gap, ALONE_SECONDS),
  };
}

export function isIn(span: StretchSpan | undefined, seconds: number): boolean {
  return (
    span !== undefined &&
    seconds >= span.from - BACK_SECONDS &&
    seconds <= span.to + BACK_SECONDS
  );
}

function gapOf({ from, lastShown, lastSeconds, packets }: OpenSpan): number {
  return packets > 1
    ? (lastShown - from) / (packets - 1)
    : Math.max(0, lastSeconds);
}
