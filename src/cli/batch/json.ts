import type { BatchItem } from "../../batch/item.js";
import { failureOf } from "../errors.js";
import { jsonReporter, writeLine } from "../json-reporter.js";
import type { Reporter } from "../reporter.js";
import { planSaid, resultSaid } from "../said.js";
import type { BatchReporter } from "./reporter.js";

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
