/** Frames of the video element, since its source was loaded, or in a part of that time. */
export interface FrameCounts {
  readonly totalVideoFrames: number;
  readonly droppedVideoFrames: number;
}

/** A rung is judged by more frames than this: six seconds at 25 a second. */
export const FRAMES_TO_JUDGE = 150;
/** A larger share of lost frames is too much. */
export const LOST_SHARE = 0.15;

const WINDOW_MS = 20_000;
/** The length of a rung's first ban. */
const FIRST_BAN_MS = 120_000;

interface Interval extends FrameCounts {
  readonly at: number;
  readonly rung: string;
}

interface FrameVerdict {
  readonly counts: FrameCounts;
  readonly until: number;
  readonly span: number;
}

/**
 * The frames of each rung in the last 20 s: older frames do not show what a device can do now. A
 * rung that lost too many keeps its bad counts for two minutes, and each later time for twice as
 * long. So one burst does not close it for ever, and a weak device does not try it again and again.
 */
export class FrameHistory {
  #intervals: Interval[] = [];
  readonly #verdicts = new Map<string, FrameVerdict>();

  /** @param now in ms, here and below */
  add(now: number, rung: string, counts: FrameCounts): void {
    this.#intervals.push({ at: now, rung, ...counts });
    this.#forget(now);
    const recent = this.#recent(rung);
    if (isTooMany(recent)) this.#condemn(now, rung, recent);
  }

  /** By the id of the rung, for dash.js's rule. */
  counts(now: number): Record<string, FrameCounts> {
    this.#forget(now);
    const rungs = new Set(this.#intervals.map(({ rung }) => rung));
    const recent = [...rungs].map((rung) => [rung, this.#recent(rung)]);
    const condemned = [...this.#verdicts]
      .filter(([, { until }]) => now < until)
      .map(([rung, { counts }]) => [rung, counts]);
    return Object.fromEntries([...recent, ...condemned]) as Record<
      string,
      FrameCounts
    >;
  }

  #condemn(now: number, rung: string, counts: FrameCounts): void {
    const before = this.#verdicts.get(rung);
    if (before !== undefined && now < before.until) return;
    const span = before === undefined ? FIRST_BAN_MS : before.span * 2;
    this.#verdicts.set(rung, { counts, span, until: now + span });
  }

  #recent(rungId: string): FrameCounts {
    const intervals = this.#intervals.filter(({ rung }) => rung === rungId);
    const sum = (name: keyof FrameCounts) =>
      intervals.reduce((all, interval) => all + interval[name], 0);
    return {
      totalVideoFrames: sum("totalVideoFrames"),
      droppedVideoFrames: sum("droppedVideoFrames"),
    };
  }

  #forget(now: number): void {
    this.#intervals = this.#intervals.filter(({ at }) => at > now - WINDOW_MS);
  }
}

/** The browser counts from 0 again when it loads another source. */
export function framesSince(
  before: FrameCounts,
  all: FrameCounts,
): FrameCounts {
  if (all.totalVideoFrames < before.totalVideoFrames) return all;
  return {
    totalVideoFrames: all.totalVideoFrames - before.totalVideoFrames,
    droppedVideoFrames: all.droppedVideoFrames - before.droppedVideoFrames,
  };
}

function isTooMany(counts: FrameCounts): boolean {
  const { totalVideoFrames: total, droppedVideoFrames: dropped } = counts;
  return total > FRAMES_TO_JUDGE && dropped / total > LOST_SHARE;
}
