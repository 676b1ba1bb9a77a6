import { jsonReporter, batchJson } from "./json-reporter.js";
import {
  lineReporter,
  quietReporter,
  batchLines,
  batchQuiet,
} from "./line-reporter.js";
import type { Reporter, BatchReporter } from "./reporter.js";
import { terminalReporter, batchBars } from "./terminal-reporter.js";

export interface ReporterFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** JSON for machines on stdout when asked for; beside it, for people on stderr, a bar on a terminal and lines elsewhere. */
export function chooseReporter(flags: ReporterFlags): Reporter {
  const words = forPeople(flags);
  return flags.json ? both(jsonReporter(), words) : words;
}

function forPeople(flags: ReporterFlags): Reporter {
  if (flags.quiet) return quietReporter();
  const verbose = flags.verbose ?? false;
  return hasBars(flags) ? terminalReporter(verbose) : lineReporter(verbose);
}

/** A bar would be drawn over lines of JSON on the same terminal. */
export function hasBars({ json }: ReporterFlags): boolean {
  return process.stderr.isTTY && !(json && process.stdout.isTTY);
}

function both(first: Reporter, second: Reporter): Reporter {
  const each = (tell: (reporter: Reporter) => void) =>
    [first, second].forEach(tell);
  return {
    plan: (said) => each((reporter) => reporter.plan(said)),
    progress: (progress) => each((reporter) => reporter.progress(progress)),
    result: (said) => each((reporter) => reporter.result(said)),
    close: () => each((reporter) => reporter.close()),
  };
}

/** JSON on stdout when asked for; beside it, on stderr, bars on a terminal and lines elsewhere. */
export function chooseBatchReporter(flags: ReporterFlags): BatchReporter {
  const words = batchForPeople(flags);
  return flags.json ? bothBatch(batchJson(), words) : words;
}

function batchForPeople(flags: ReporterFlags): BatchReporter {
  if (flags.quiet) return batchQuiet();
  const verbose = flags.verbose ?? false;
  return hasBars(flags) ? batchBars(verbose) : batchLines(verbose);
}

function bothBatch(first: BatchReporter, second: BatchReporter): BatchReporter {
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
