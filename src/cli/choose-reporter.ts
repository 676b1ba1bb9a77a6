import { statSync } from "node:fs";
import {
  makeItem,
  type BatchEvents,
  type BatchItem,
  type EndedItem,
} from "../batch/item.js";
import { batchClock, type BatchClock } from "../batch/time-left.js";
import type { PackProgress } from "../pipeline/options.js";
import { jsonReporter } from "./json-reporter.js";
import { lineReporter, quietReporter } from "./line-reporter.js";
import { planMessage, resultMessage } from "./messages.js";
import { say } from "./process.js";
import type { Message, Reporter, ReporterOptions } from "./reporter.js";
import { terminalReporter } from "./terminal-reporter.js";
import { prefixed, progressText } from "./batch-text.js";

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

export interface ReporterEvents extends Required<BatchEvents> {
  /** Stops listening to SIGUSR1. */
  release(): void;
}

/** Passes the events of a batch to a reporter. On SIGUSR1 it prints the progress, even in a quiet run. */
export function eventsOf(reporter: Reporter): ReporterEvents {
  const running = new Map<BatchItem, PackProgress | undefined>();
  let whole: BatchClock | undefined;
  const tellStatus = () => say(statusText(running));
  if (process.platform !== "win32") process.on("SIGUSR1", tellStatus);
  return {
    onBegin(items) {
      if (items.length > 1) whole = batchClock(items, bytesOf);
    },
    onStart(item) {
      running.set(item, undefined);
      reporter.start(item);
    },
    onPlan(item, plan, tools) {
      whole?.plan(item, plan.durationSeconds);
      reporter.plan(item, planMessage(plan, tools));
    },
    onProgress(item, progress) {
      running.set(item, progress);
      whole?.progress(item, progress);
      reporter.progress(item, progress, whole?.now());
    },
    onEnd(item, ended) {
      whole?.end(item, ended.report.state);
      running.delete(item);
      reporter.end(item, endedOf(ended));
    },
    release: () => process.off("SIGUSR1", tellStatus),
  };
}

function endedOf({ report, result, error }: EndedItem) {
  return { report, message: result && resultMessage(result), error };
}

/** 0 for an address or a missing file; the error for a missing file comes later. */
function bytesOf({ path }: BatchItem): number {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    return 0;
  }
}

function statusText(
  running: ReadonlyMap<BatchItem, PackProgress | undefined>,
): string {
  if (running.size === 0) return "mss-pack: no input is worked on.";
  return [...running]
    .map(([item, progress]) =>
      prefixed(item, progress ? progressText(progress, undefined) : "begins"),
    )
    .join("\n");
}
