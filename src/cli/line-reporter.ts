import type { PackProgress } from "../options.js";
import { remainingSeconds } from "./eta.js";
import { progressText } from "./text.js";
import type { Reporter } from "./reporter.js";

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

/** Writes text for people, with a line end. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
