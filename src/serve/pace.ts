/** A read that took longer came from a disk and not from memory. */
const SLOW_MS = 2;

/** So many slow ones after another are no accident: a busy machine makes one slow now and then. */
const SLOW_IN_A_ROW = 3;

/** How long reads of a file then leave this thread: ever longer, as long as they are slow. */
const FIRST_AWAY_MS = 1000;
const LONGEST_AWAY_MS = 32_000;

/** How fast a file has been read lately. */
export interface Pace {
  slowInARow: number;
  awayUntilMs: number;
  /** For how long it goes away next. */
  awayMs: number;
}

export function newPace(): Pace {
  return { slowInARow: 0, awayUntilMs: 0, awayMs: FIRST_AWAY_MS };
}

/** Takes note of a read that has just ended. */
export function setPace(pace: Pace, beganMs: number, nowMs: number): void {
  if (nowMs - beganMs <= SLOW_MS) {
    pace.slowInARow = 0;
    if (nowMs > pace.awayUntilMs + pace.awayMs) pace.awayMs = FIRST_AWAY_MS;
    return;
  }
  if (++pace.slowInARow < SLOW_IN_A_ROW) return;
  pace.slowInARow = SLOW_IN_A_ROW - 1;
  pace.awayUntilMs = nowMs + pace.awayMs;
  pace.awayMs = Math.min(2 * pace.awayMs, LONGEST_AWAY_MS);
}

/** Shall other threads read the file for now? */
export function isAway({ awayUntilMs }: Pace): boolean {
  return awayUntilMs > 0 && performance.now() < awayUntilMs;
}
