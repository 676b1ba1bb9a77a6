import { jsonReporter } from "./json-reporter.js";
import { lineReporter } from "./line-reporter.js";
import { quietReporter } from "./quiet-reporter.js";
import type { Reporter } from "./reporter.js";
import { terminalReporter } from "./terminal-reporter.js";

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
