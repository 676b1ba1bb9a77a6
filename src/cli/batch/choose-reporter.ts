import type { ReporterFlags } from "../choose-reporter.js";
import { batchBars } from "./bars.js";
import { batchJson } from "./json.js";
import { batchLines } from "./lines.js";
import { batchQuiet } from "./quiet.js";
import type { BatchReporter } from "./reporter.js";

/** Bars on a terminal, lines elsewhere, JSON when asked for. */
export function chooseBatchReporter(flags: ReporterFlags): BatchReporter {
  if (flags.json) return batchJson();
  if (flags.quiet) return batchQuiet();
  const verbose = flags.verbose ?? false;
  return process.stderr.isTTY ? batchBars(verbose) : batchLines(verbose);
}
