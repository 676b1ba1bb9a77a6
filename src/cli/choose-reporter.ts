import { makeItem } from "../batch/item.js";
import type { PackProgress } from "../pipeline/options.js";
import { jsonReporter } from "./json-reporter.js";
import { lineReporter, quietReporter } from "./line-reporter.js";
import type { Message, Reporter, ReporterOptions } from "./reporter.js";
import { terminalReporter } from "./terminal-reporter.js";

export interface ReporterFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/**
 * With `--json`, JSON goes to stdout for machines. Text for people goes to stderr: bars on a
 * terminal, lines elsewhere.
 */
export function chooseReporter(
  flags: ReporterFlags,
  { isBatch }: Pick<ReporterOptions, "isBatch">,
): Reporter {
  const options = { isBatch, verbose: flags.verbose ?? false };
  const words = forPeople(flags)(options);
  return flags.json ? both(jsonReporter(options), words) : words;
}

function forPeople({ quiet, json }: ReporterFlags) {
  if (quiet) return quietReporter;
  // A bar would overwrite lines of JSON on the same terminal.
  const hasBars = process.stderr.isTTY && !(json && process.stdout.isTTY);
  return hasBars ? terminalReporter : lineReporter;
}

function both(first: Reporter, second: Reporter): Reporter {
  const each = (tell: (reporter: Reporter) => void) =>
    [first, second].forEach(tell);
  return {
    start: (item) => each((reporter) => reporter.start(item)),
    plan: (...of) => each((reporter) => reporter.plan(...of)),
    progress: (...of) => each((reporter) => reporter.progress(...of)),
    end: (...of) => each((reporter) => reporter.end(...of)),
    moved: (...of) => each((reporter) => reporter.moved(...of)),
    summary: (report) => each((reporter) => reporter.summary(report)),
    say: (text) => each((reporter) => reporter.say(text)),
    warn: (text) => each((reporter) => reporter.warn(text)),
    close: () => each((reporter) => reporter.close()),
  };
}

/** The progress of a command's only input. */
export interface InputReporter {
  plan(message: Message): void;
  progress(progress: PackProgress): void;
}

/** Runs a command's work on its one input, and reports the result. */
export async function withReporter(
  flags: ReporterFlags,
  input: string,
  work: (reporter: InputReporter) => Promise<Message>,
): Promise<void> {
  const reporter = chooseReporter(flags, { isBatch: false });
  const item = makeItem(input, 1, 1);
  try {
    reporter.start(item);
    const message = await work({
      plan: (planned) => reporter.plan(item, planned),
      progress: (progress) => reporter.progress(item, progress),
    });
    reporter.end(item, { message });
  } finally {
    reporter.close();
  }
}
