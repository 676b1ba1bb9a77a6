import type { PackProgress, PackResult } from "../options.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import type { Tools } from "../tools/find.js";

/** Says how the work goes, to a person or to a machine. */
export interface Reporter {
  plan(plan: EncodePlan, tools: Tools): void;
  progress(progress: PackProgress): void;
  result(result: PackResult): void;
  /** Leaves the terminal as it was; called also after a failure. */
  close(): void;
}
