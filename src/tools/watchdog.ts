/** Waits for signs of life. */
export interface Watchdog {
  /** There was one. */
  alive(): void;
  stop(): void;
}

/** So many times within its patience a watchdog looks. */
const LOOKS = 10;

/** setInterval takes more for 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `onStall` when there was no sign of life for so long. It counts how often
 * it has looked in vain instead of comparing clocks: a night in which the machine
 * sleeps or this process is stopped is one look.
 *
 * @param seconds 0: never
 */
export function startWatchdog(seconds: number, onStall: () => void): Watchdog {
  if (!(seconds > 0)) return { alive: () => undefined, stop: () => undefined };
  let inVain = 0;
  const timer = setInterval(
    () => {
      inVain++;
      if (inVain < LOOKS) return;
      clearInterval(timer);
      onStall();
    },
    Math.min((seconds * 1000) / LOOKS, LONGEST_TIMER_MS),
  );
  return {
    alive: () => {
      inVain = 0;
    },
    stop: () => clearInterval(timer),
  };
}
