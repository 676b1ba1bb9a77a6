import type { BatchItem } from "../batch/item.js";
import type { PackProgress } from "../pipeline/options.js";
import { say } from "./print.js";
import {
  remainingSeconds,
  type BatchReporter,
  type Reporter,
} from "./reporter.js";
import {
  endText,
  movedText,
  planText,
  prefixed,
  summaryText,
  progressText,
} from "./text.js";

/** A line this often: enough to see life in a CI log, not so many as to fill it. */
const LINE_EVERY_MS = 5000;

/** Plain lines on stderr, for logs: no carriage returns, no colours. */
export function lineReporter(verbose: boolean): Reporter {
  return {
    plan: (said) => say(said.lines(verbose)),
    progress: progressLines(say),
    result: (said) => say(said.lines(verbose)),
    close: () => undefined,
  };
}

/** Says how far the work on one input is, now and then, and when it is encoded. */
export function progressLines(
  tell: (text: string) => void,
): (progress: PackProgress) => void {
  const eta = remainingSeconds();
  let lastMs = Date.now();
  return (progress) => {
    const left = eta(progress);
    const isDue = Date.now() - lastMs >= LINE_EVERY_MS;
    const isEncoded = progress.step === "encode" && progress.fraction === 1;
    if (!isDue && !isEncoded) return;
    lastMs = Date.now();
    tell(progressText(progress, left));
  };
}

/** Plain lines on stderr, each with the input it belongs to: jobs come mixed. */
export function batchLines(verbose: boolean): BatchReporter {
  const running = new Map<BatchItem, (progress: PackProgress) => void>();
  return {
    onStart: (item) =>
      running.set(
        item,
        progressLines((text) => say(prefixed(item, text))),
      ),
    onPlan: (item, plan, tools) => say(planText(item, plan, tools, verbose)),
    onProgress: (item, progress) => running.get(item)?.(progress),
    onEnd(item, { report }) {
      running.delete(item);
      say(endText(item, report));
    },
    summary: (report) => say(summaryText(report)),
    say,
    onMoved: (item, to) => say(movedText(item, to)),
    onTrouble: say,
    close: () => undefined,
  };
}

/** Says nothing but which inputs failed, and why. */
export function batchQuiet(): BatchReporter {
  return {
    onEnd(item, { report }) {
      if (report.state === "failed") say(endText(item, report));
    },
    summary: () => undefined,
    say: () => undefined,
    onMoved: () => undefined,
    onTrouble: say,
    close: () => undefined,
  };
}

/** Says nothing; errors are told by the command itself. */
export function quietReporter(): Reporter {
  const nothing = () => undefined;
  return { plan: nothing, progress: nothing, result: nothing, close: nothing };
}
