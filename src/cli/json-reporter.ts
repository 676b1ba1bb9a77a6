import type { BatchItem } from "../batch/item.js";
import type { PackProgress } from "../pipeline/options.js";
import { failureOf } from "./errors.js";
import { writeLine } from "./process.js";
import {
  remainingSeconds,
  type Reporter,
  type ReporterOptions,
} from "./reporter.js";

/** Progress no more often than this. */
const PROGRESS_EVERY_MS = 1000;

/**
 * One JSON object a line on stdout; docs/json.md describes each type. In a batch
 * each line has the input it belongs to. The last line, `batch`, is the command's.
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
    end(item, { message, error }) {
      if (message !== undefined) write("result", item, message.object);
      else if (isBatch) write("error", item, failureOf(error));
      running.delete(item);
    },
    moved: (item, to) => write("moved", item, { to }),
    warn: (message) => writeLine({ type: "trouble", message }),
    summary: () => undefined,
    say: () => undefined,
    close: () => undefined,
  };
}

function contextOf({ input, number }: BatchItem) {
  return { input, item: number };
}

/** Lets through the progress that is worth a line: now and then, and at the start and end of a step. */
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
