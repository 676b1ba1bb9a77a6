import { hasBars, type ReporterFlags } from "../choose-reporter.js";
import { batchBars } from "./bars.js";
import { batchJson } from "./json.js";
import { batchLines } from "./lines.js";
import { batchQuiet } from "./quiet.js";
import type { BatchReporter } from "./reporter.js";

/** JSON on stdout when asked for; beside it, on stderr, bars on a terminal and lines elsewhere. */
export function chooseBatchReporter(flags: ReporterFlags): BatchReporter {
  const words = forPeople(flags);
  return flags.json ? both(batchJson(), words) : words;
}

function forPeople(flags: ReporterFlags): BatchReporter {
  if (flags.quiet) return batchQuiet();
  const verbose = flags.verbose ?? false;
  return hasBars(flags) ? batchBars(verbose) : batchLines(verbose);
}

function both(first: BatchReporter, second: BatchReporter): BatchReporter {
  const each = (tell: (reporter: BatchReporter) => void) =>
    [first, second].forEach(tell);
  return {
    onStart: (...of) => each((reporter) => reporter.onStart?.(...of)),
    onPlan: (...of) => each((reporter) => reporter.onPlan?.(...of)),
    onProgress: (...of) => each((reporter) => reporter.onProgress?.(...of)),
    onEnd: (...of) => each((reporter) => reporter.onEnd?.(...of)),
    summary: (report) => each((reporter) => reporter.summary(report)),
    say: (text) => each((reporter) => reporter.say(text)),
    onTrouble: (text) => each((reporter) => reporter.onTrouble(text)),
    onMoved: (...of) => each((reporter) => reporter.onMoved(...of)),
    close: () => each((reporter) => reporter.close()),
  };
}
