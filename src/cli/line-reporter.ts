import { remainingSeconds } from "./eta.js";
import { planSummary, resultSummary, progressText } from "./text.js";
import type { Reporter } from "./reporter.js";

/** A line this often: enough to see life in a CI log, not so many as to fill it. */
const LINE_EVERY_MS = 5000;

/** Plain lines on stderr, for logs: no carriage returns, no colours. */
export function lineReporter(verbose: boolean): Reporter {
  const eta = remainingSeconds();
  let lastMs = Date.now();
  return {
    plan: (plan, tools) => say(planSummary(plan, tools, verbose)),
    progress(progress) {
      const left = eta(progress);
      const isDue = Date.now() - lastMs >= LINE_EVERY_MS;
      if (!isDue && !(progress.step === "encode" && progress.fraction === 1))
        return;
      lastMs = Date.now();
      say(progressText(progress, left));
    },
    result: (result) => say(resultSummary(result)),
    close: () => undefined,
  };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
