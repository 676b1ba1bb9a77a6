import { say } from "../line-reporter.js";
import type { BatchReporter } from "./reporter.js";
import { endText } from "./text.js";

/** Says nothing but which inputs failed, and why. */
export function batchQuiet(): BatchReporter {
  return {
    onEnd(item, { report }) {
      if (report.state === "failed") say(endText(item, report));
    },
    summary: () => undefined,
    say: () => undefined,
    onMoved: () => undefined,
    onTrouble: say,
    close: () => undefined,
  };
}
