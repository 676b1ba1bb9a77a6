import type { BatchItem } from "../batch/item.js";
import type { BatchProgress } from "../batch/time-left.js";
import type { PackProgress } from "../pipeline/options.js";
import { say } from "./process.js";
import {
  remainingSeconds,
  wording,
  type Reporter,
  type ReporterOptions,
} from "./reporter.js";
import { batchText, movedText, progressText } from "./batch-text.js";

/** Time between lines: short enough to show life in a CI log, long enough not to fill it. */
const LINE_EVERY_MS = 5000;

/** Plain lines on stderr, for logs: no carriage returns, no colours. */
export function lineReporter(options: ReporterOptions): Reporter {
  const words = wording(options);
  const running = new Map<BatchItem, ProgressLines>();
  return {
    start: (item) =>
      running.set(
        item,
        progressLines((text) => say(words.named(item, text))),
      ),
    plan: (item, message) => say(words.plan(item, message)),
    progress: (item, ...how) => running.get(item)?.(...how),
    end(item, ended) {
      running.delete(item);
      sayAny(words.end(item, ended));
    },
    moved: (item, to) => say(movedText(item, to)),
    summary: (report) => sayAny(words.summary(report)),
    say,
    warn: say,
    close: () => undefined,
  };
}

/** Prints only the failed inputs of a batch, and why they failed; and what could not be done after the work. */
export function quietReporter(options: ReporterOptions): Reporter {
  const words = wording(options);
  const nothing = () => undefined;
  return {
    start: nothing,
    plan: nothing,
    progress: nothing,
    end(item, ended) {
      const isFailed = ended.report?.state === "failed";
      sayAny(isFailed ? words.end(item, ended) : words.notes(item, ended));
    },
    moved: nothing,
    summary: nothing,
    say: nothing,
    warn: say,
    close: nothing,
  };
}

function sayAny(text: string | undefined): void {
  if (text !== undefined) say(text);
}

type ProgressLines = (progress: PackProgress, batch?: BatchProgress) => void;

/** Prints the progress of one input, now and then and after encoding. */
export function progressLines(tell: (text: string) => void): ProgressLines {
  const eta = remainingSeconds();
  let lastMs = Date.now();
  return (progress, batch) => {
    const left = eta(progress);
    const isDue = Date.now() - lastMs >= LINE_EVERY_MS;
    const isEncoded = progress.step === "encode" && progress.fraction === 1;
    if (!isDue && !isEncoded) return;
    lastMs = Date.now();
    tell(`${progressText(progress, left)}${batchText(batch)}`);
  };
}
