import type { BatchItem } from "../../batch/item.js";
import type { PackProgress } from "../../options.js";
import { progressLines, say } from "../line-reporter.js";
import type { BatchReporter } from "./reporter.js";
import { endText, movedText, planText, prefixed, summaryText } from "./text.js";

/** Plain lines on stderr, each with the input it belongs to: jobs come mixed. */
export function batchLines(verbose: boolean): BatchReporter {
  const running = new Map<BatchItem, (progress: PackProgress) => void>();
  return {
    onStart: (item) =>
      running.set(
        item,
        progressLines((text) => say(prefixed(item, text))),
      ),
    onPlan: (item, plan, tools) => say(planText(item, plan, tools, verbose)),
    onProgress: (item, progress) => running.get(item)?.(progress),
    onEnd(item, { report }) {
      running.delete(item);
      say(endText(item, report));
    },
    summary: (report) => say(summaryText(report)),
    say,
    onMoved: (item, to) => say(movedText(item, to)),
    onTrouble: say,
    close: () => undefined,
  };
}
