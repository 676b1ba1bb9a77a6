import type { BatchReport } from "../batch/batch.js";
import type { BatchItem, ItemReport } from "../batch/item.js";
import type { BatchProgress } from "../batch/time-left.js";
import type { PackProgress } from "../pipeline/options.js";
import { endText, prefixed, summaryText } from "./batch-text.js";

/** `brief` is for one of many inputs, `full` for a single one, `verbose` for `--verbose`. */
export type DetailLevel = "brief" | "full" | "verbose";

/** A message: text for people, an object for machines. */
export interface Message {
  text(detail: DetailLevel): string;
  /** Its keys, for `--json`. */
  readonly object: object;
}

/** The end of the work on an input. */
export interface InputEnd {
  /** Commands for a single input have none. */
  readonly report?: ItemReport;
  /** The package, when the input is done or skipped. */
  readonly message?: Message | undefined;
  /** The error, when the input failed or was stopped. */
  readonly error?: unknown;
  /** What could not be done after the work, in words. */
  readonly notes?: readonly string[];
}

/** Reports the progress of a batch, to a person or to a machine. One input is a batch of one. */
export interface Reporter {
  start(item: BatchItem): void;
  plan(item: BatchItem, message: Message): void;
  /** @param batch progress of the whole batch, if its size is known */
  progress(
    item: BatchItem,
    progress: PackProgress,
    batch?: BatchProgress,
  ): void;
  end(item: BatchItem, ended: InputEnd): void;
  /** The new path of an input after its work. */
  moved(item: BatchItem, to: string): void;
  /** Called once, at the end. */
  summary(report: BatchReport): void;
  /** A useful fact that belongs to no input. */
  say(text: string): void;
  /** A fault that belongs to no input. */
  warn(text: string): void;
  /** Restores the terminal; called also after a failure. */
  close(): void;
}

/** Variations of a reporter. */
export interface ReporterOptions {
  /**
   * With many inputs each line has the input's name and little else, and failures have lines of
   * their own. With one input the command itself prints the failure.
   */
  readonly isBatch: boolean;
  readonly verbose: boolean;
}

/** The text of each event; undefined prints nothing. */
export function wording({ isBatch, verbose }: ReporterOptions) {
  const detail = isBatch ? "brief" : "full";
  const named = (item: BatchItem, text: string) =>
    isBatch ? prefixed(item, text) : text;
  const notes = (item: BatchItem, ended: InputEnd) =>
    joined(
      ended.notes?.map((note) =>
        isBatch ? prefixed(item, `note: ${note}`) : `  note: ${note}`,
      ),
    );
  return {
    named,
    plan: (item: BatchItem, message: Message) =>
      named(item, message.text(verbose ? "verbose" : detail)),
    end(item: BatchItem, ended: InputEnd) {
      const { report, message } = ended;
      const text = isBatch
        ? report && endText(item, report)
        : message?.text("full");
      return joined([text, notes(item, ended)]);
    },
    notes,
    summary: (report: BatchReport) =>
      isBatch ? summaryText(report) : undefined,
  };
}

/** Undefined when there is no text at all. */
function joined(
  texts: readonly (string | undefined)[] = [],
): string | undefined {
  const there = texts.filter((text) => text !== undefined);
  return there.length === 0 ? undefined : there.join("\n");
}

/** Below this share an estimate is too early. */
const FIRST_SHARE = 0.02;

/**
 * Estimates the seconds left in a step from the time of its done share.
 * @returns a function of the progress; it gives undefined while an estimate is too early
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
