import type { BatchItem } from "../batch/item.js";
import type { PackProgress } from "../pipeline/options.js";
import { failureOf } from "./errors.js";
import { writeLine } from "./process.js";
import {
  remainingSeconds,
  type InputEnd,
  type Reporter,
  type ReporterOptions,
} from "./reporter.js";

/** The shortest time between progress lines. */
const PROGRESS_EVERY_MS = 1000;

/**
 * One JSON object a line on stdout; docs/json.md describes each type. In a batch each line
 * names its input. The last line, `batch`, belongs to the command.
 */
export function jsonReporter({
  isBatch,
}: Pick<ReporterOptions, "isBatch">): Reporter {
  const running = new Map<BatchItem, ReturnType<typeof progressFilter>>();
  const write = (type: string, item: BatchItem, keys: object) =>
    writeLine({ type, ...(isBatch && contextOf(item)), ...keys });
  return {
    start: (item) => running.set(item, progressFilter()),
    plan: (item, { object }) => write("plan", item, object),
    progress(item, progress, batch) {
      const due = running.get(item)?.(progress);
      if (due !== undefined)
        write("progress", item, { ...due, ...(batch && { batch }) });
    },
    end(item, ended) {
      // The command itself writes the error of its only input.
      if (ended.message !== undefined || isBatch)
        writeLine(endLine({ isBatch }, item, ended));
      else
        ended.notes?.forEach((message) =>
          writeLine({ type: "trouble", message }),
        );
      running.delete(item);
    },
    moved: (item, to) => write("moved", item, { to }),
    warn: (message) => writeLine({ type: "trouble", message }),
    summary: () => undefined,
    say: () => undefined,
    close: () => undefined,
  };
}

/** The line about the end of an input: its `result` or its `error`. */
export function endLine(
  { isBatch }: Pick<ReporterOptions, "isBatch">,
  item: BatchItem,
  { message, error, notes }: InputEnd,
): object {
  const context = isBatch && contextOf(item);
  return message === undefined
    ? {
        type: "error",
        ...context,
        ...failureOf(error),
        ...(notes && { notes }),
      }
    : { type: "result", ...context, ...message.object };
}

function contextOf({ input, number }: BatchItem) {
  return { input, item: number };
}

/** Selects the progress to print: now and then, and at the start and end of a step. */
function progressFilter() {
  const eta = remainingSeconds();
  let lastMs = 0;
  let lastStep = "";
  return (progress: PackProgress): object | undefined => {
    const nowMs = Date.now();
    const isDue =
      nowMs - lastMs >= PROGRESS_EVERY_MS || progress.step !== lastStep;
    const left = eta(progress);
    if (!isDue && progress.fraction < 1) return undefined;
    lastMs = nowMs;
    lastStep = progress.step;
    return { ...progress, remainingSeconds: left };
  };
}
