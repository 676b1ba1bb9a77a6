import type { BatchEvents, BatchItem } from "../../batch/item.js";
import type { BatchReport } from "../../batch/batch.js";

/** Says how a batch goes, to a person or to a machine. */
export interface BatchReporter extends BatchEvents {
  /** Told once, at the end. */
  summary(report: BatchReport): void;
  /** Something beside the inputs that is good to know. */
  say(text: string): void;
  /** Something beside the inputs that went wrong. */
  readonly onTrouble: (text: string) => void;
  /** Where an input has been moved after the work on it. */
  readonly onMoved: (item: BatchItem, to: string) => void;
  /** Leaves the terminal as it was; called also after a failure. */
  close(): void;
}
