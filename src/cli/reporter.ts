import type { BatchReport } from "../batch/batch.js";
import type { BatchEvents, BatchItem } from "../batch/item.js";
import type { PackProgress } from "../pipeline/options.js";
import type { Said } from "./messages.js";

/** Says how the work goes, to a person or to a machine. */
export interface Reporter {
  plan(said: Said): void;
  progress(progress: PackProgress): void;
  result(said: Said): void;
  /** Leaves the terminal as it was; called also after a failure. */
  close(): void;
}

/** Says how a batch goes, to a person or to a machine. */
export interface BatchReporter extends BatchEvents {
  /** Told once, at the end. */
  summary(report: BatchReport): void;
  /** Something beside the inputs that is good to know. */
  say(text: string): void;
  /** Something beside the inputs that went wrong. */
  readonly onTrouble: (text: string) => void;
  /** Where an input has been moved after the work on it. */
  readonly onMoved: (item: BatchItem, to: string) => void;
  /** Leaves the terminal as it was; called also after a failure. */
  close(): void;
}

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
