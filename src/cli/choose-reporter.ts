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

/** A bar on a terminal, lines elsewhere, JSON when asked for. */
export function chooseReporter(flags: ReporterFlags): Reporter {
  if (flags.json) return jsonReporter();
  if (flags.quiet) return quietReporter();
  const verbose = flags.verbose ?? false;
  return process.stderr.isTTY
    ? terminalReporter(verbose)
    : lineReporter(verbose);
}
