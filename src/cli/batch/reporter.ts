import type { BatchEvents } from "../../batch-item.js";
import type { BatchReport } from "../../batch.js";

/** Says how a batch goes, to a person or to a machine. */
export interface BatchReporter extends BatchEvents {
  /** Told once, at the end. */
  summary(report: BatchReport): void;
  /** Something beside the items. */
  say(text: string): void;
  /** Leaves the terminal as it was; called also after a failure. */
  close(): void;
}
