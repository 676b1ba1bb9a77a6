import { statSync } from "node:fs";
import type {
  BatchEvents,
  BatchItem,
  EndedItem,
  ItemReport,
} from "../batch/item.js";
import { batchClock, type BatchClock } from "../batch/time-left.js";
import type { Tools } from "../ffmpeg/find.js";
import type { PackProgress, PackResult } from "../pipeline/options.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { prefixed, progressText } from "./batch-text.js";
import { endLine } from "./json-reporter.js";
import { deliveredMessage } from "./messages.js";
import { planBrief, planSummary } from "./plan-text.js";
import { say } from "./process.js";
import type { InputEnd, Message, Reporter } from "./reporter.js";

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

function endedOf({ report, result, error, notes }: EndedItem): InputEnd {
  const message = result && resultMessage(result);
  return {
    ...{ report, error, ...(notes && { notes }) },
    message: message && { ...message, object: noted(message.object, report) },
  };
}

/** The report has all notes, also those about what followed. */
function noted(object: object, report: ItemReport): object {
  return "notes" in report ? { ...object, notes: report.notes } : object;
}

/** The line of `--json` about the end of an input, as it is in a batch. */
export function lineOf(item: BatchItem, ended: EndedItem): object {
  return endLine({ isBatch: true }, item, endedOf(ended));
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

/** The plan of the encoding. */
export function planMessage(plan: EncodePlan, tools: Tools): Message {
  return {
    text: (detail) =>
      detail === "brief"
        ? planBrief(plan)
        : planSummary(plan, tools, detail === "verbose"),
    object: { plan, tools },
  };
}

/** The result of encoding and packaging. */
export function resultMessage({ plan, ...delivered }: PackResult): Message {
  return deliveredMessage(delivered, plan, { skipped: plan.skipped });
}
