import type { BatchReport } from "../batch/batch.js";
import type { BatchItem, ItemReport } from "../batch/item.js";
import type { BatchProgress } from "../batch/time-left.js";
import type { PackProgress } from "../pipeline/options.js";
import { endText, prefixed, summaryText } from "./batch-text.js";

/** `brief` is for one of many inputs, `full` for one alone, `verbose` for whoever asks for all. */
export type Detail = "brief" | "full" | "verbose";

/** Something to say: text for people, an object for machines. */
export interface Message {
  text(detail: Detail): string;
  /** Its keys, for `--json`. */
  readonly object: object;
}

/** The end of the work on an input. */
export interface Ended {
  /** Commands that take one input only make none. */
  readonly report?: ItemReport;
  /** What was made, when it is done or skipped. */
  readonly message?: Message | undefined;
  /** What was thrown, when it failed or was stopped. */
  readonly error?: unknown;
}

/** Says how the work on a batch goes, to a person or to a machine. One input is a batch of one. */
export interface Reporter {
  start(item: BatchItem): void;
  plan(item: BatchItem, message: Message): void;
  /** @param batch how far all is, where it is known what all is */
  progress(
    item: BatchItem,
    progress: PackProgress,
    batch?: BatchProgress,
  ): void;
  end(item: BatchItem, ended: Ended): void;
  /** Where an input has been moved after the work on it. */
  moved(item: BatchItem, to: string): void;
  /** Told once, at the end. */
  summary(report: BatchReport): void;
  /** Something beside the inputs that is good to know. */
  say(text: string): void;
  /** Something beside the inputs that went wrong. */
  warn(text: string): void;
  /** Leaves the terminal as it was; called also after a failure. */
  close(): void;
}

/** What a reporter does differently. */
export interface ReporterOptions {
  /**
   * Of many inputs each line has the input's name and says little, and failures
   * are lines of their own. Of one input the command itself tells the failure.
   */
  readonly isBatch: boolean;
  readonly verbose: boolean;
}

/** What people read of each event; nothing where it is undefined. */
export function wording({ isBatch, verbose }: ReporterOptions) {
  const detail = isBatch ? "brief" : "full";
  const named = (item: BatchItem, text: string) =>
    isBatch ? prefixed(item, text) : text;
  return {
    named,
    plan: (item: BatchItem, message: Message) =>
      named(item, message.text(verbose ? "verbose" : detail)),
    end: (item: BatchItem, { report, message }: Ended) =>
      isBatch ? report && endText(item, report) : message?.text("full"),
    summary: (report: BatchReport) =>
      isBatch ? summaryText(report) : undefined,
  };
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
