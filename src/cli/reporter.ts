import type { PackProgress, PackResult } from "../pack.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import type { Tools } from "../tools/find.js";
import { jsonReporter } from "./json-reporter.js";
import { lineReporter } from "./line-reporter.js";
import { quietReporter } from "./quiet-reporter.js";
import { terminalReporter } from "./terminal-reporter.js";

/** Says how the work goes, to a person or to a machine. */
export interface Reporter {
  plan(plan: EncodePlan, tools: Tools): void;
  progress(progress: PackProgress): void;
  result(result: PackResult): void;
  /** Leaves the terminal as it was; called also after a failure. */
  close(): void;
}

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
