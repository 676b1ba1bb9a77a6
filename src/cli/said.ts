import type { PackResult } from "../options.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import type { Tools } from "../tools/find.js";
import { deliveredSummary, planSummary } from "./text.js";

/** Something to say: lines for people, an object for machines. */
export interface Said {
  lines(verbose: boolean): string;
  /** Its keys, for `--json`. */
  readonly object: object;
}

/** What will be encoded. */
export function planSaid(plan: EncodePlan, tools: Tools): Said {
  return {
    lines: (verbose) => planSummary(plan, tools, verbose),
    object: { plan, tools },
  };
}

/** What was encoded and packaged. */
export function resultSaid(result: PackResult): Said {
  const { plan, report, skipped, notes, ...rest } = result;
  return {
    lines: () => deliveredSummary(result),
    object: {
      state: skipped ? "skipped" : "done",
      ...rest,
      name: plan.name,
      tracks: report.tracks,
      notes: [...plan.notes, ...notes],
      skipped: plan.skipped,
    },
  };
}
