import type { PackProgress } from "../options.js";

/** Too early to tell before this share is done. */
const FIRST_SHARE = 0.02;

/**
 * Guesses the seconds a step still needs from how long its done share took.
 * @returns a function of the progress; it gives undefined while it is too early to tell
 */
export function remainingSeconds(): (
  progress: PackProgress,
) => number | undefined {
  let label = "";
  let startMs = 0;
  let startFraction = 0;
  return (progress) => {
    if (progress.label !== label) {
      label = progress.label;
      startMs = Date.now();
      startFraction = progress.fraction;
    }
    const done = progress.fraction - startFraction;
    if (done < FIRST_SHARE) return undefined;
    const seconds = (Date.now() - startMs) / 1000;
    return Math.round((seconds * (1 - progress.fraction)) / done);
  };
}
