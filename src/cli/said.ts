import type { Delivered, PackResult } from "../options.js";
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
export function resultSaid({ plan, ...delivered }: PackResult): Said {
  return deliveredSaid(delivered, plan, { skipped: plan.skipped });
}

/** A package that stands in its place, whatever it was made of. */
export function deliveredSaid(
  delivered: Delivered,
  plan: { readonly name: string; readonly notes: readonly string[] },
  more: object = {},
): Said {
  const { report, skipped, notes, ...rest } = delivered;
  return {
    lines: () => deliveredSummary(delivered),
    object: {
      state: skipped ? "skipped" : "done",
      ...rest,
      name: plan.name,
      tracks: report.tracks,
      notes: [...plan.notes, ...notes],
      ...more,
    },
  };
}
