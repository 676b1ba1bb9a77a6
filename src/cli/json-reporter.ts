import type { BatchItem } from "../batch/item.js";
import { failureOf } from "./errors.js";
import { planSaid, resultSaid } from "./messages.js";
import { writeLine } from "./print.js";
import {
  remainingSeconds,
  type BatchReporter,
  type Reporter,
} from "./reporter.js";

/** Progress no more often than this. */
const PROGRESS_EVERY_MS = 1000;

/**
 * One JSON object a line on stdout; docs/json.md describes each type.
 *
 * @param context keys that every line carries
 */
export function jsonReporter(
  context: Readonly<Record<string, unknown>> = {},
): Reporter {
  const write = (type: string, line: object) =>
    writeLine({ type, ...context, ...line });
  const eta = remainingSeconds();
  let lastMs = 0;
  let lastStep = "";
  return {
    plan: ({ object }) => write("plan", object),
    progress(progress) {
      const nowMs = Date.now();
      const isDue =
        nowMs - lastMs >= PROGRESS_EVERY_MS || progress.step !== lastStep;
      const left = eta(progress);
      if (!isDue && progress.fraction < 1) return;
      lastMs = nowMs;
      lastStep = progress.step;
      write("progress", { ...progress, remainingSeconds: left });
    },
    result: ({ object }) => write("result", object),
    close: () => undefined,
  };
}

/** The lines of a single input for each, with the input they belong to. The last line, `batch`, is the command's. */
export function batchJson(): BatchReporter {
  const running = new Map<BatchItem, Reporter>();
  return {
    onStart: (item) => running.set(item, jsonReporter(contextOf(item))),
    onPlan: (item, plan, tools) =>
      running.get(item)?.plan(planSaid(plan, tools)),
    onProgress: (item, progress) => running.get(item)?.progress(progress),
    onEnd(item, { result, error }) {
      if (result !== undefined) running.get(item)?.result(resultSaid(result));
      else
        writeLine({ type: "error", ...contextOf(item), ...failureOf(error) });
      running.delete(item);
    },
    summary: () => undefined,
    say: () => undefined,
    onMoved: (item, to) => writeLine({ type: "moved", ...contextOf(item), to }),
    onTrouble: (message) => writeLine({ type: "trouble", message }),
    close: () => undefined,
  };
}

function contextOf({ input, number }: BatchItem) {
  return { input, item: number };
}
