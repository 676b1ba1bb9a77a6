import type { ItemReport } from "../batch/item.js";
import { summarize, type BatchReport } from "../batch/batch.js";

/** Counts files; a watch folder may see more of them than memory holds reports. */
export interface Tally {
  /** For the next file, from 1. */
  nextNumber(): number;
  add(report: ItemReport): void;
  report(): BatchReport;
}

/** @param keepItems keep every report, for a watch that ends by itself */
export function openTally(keepItems: boolean): Tally {
  const startMs = performance.now();
  const items: ItemReport[] = [];
  const counts = { total: 0, done: 0, skipped: 0, failed: 0, stopped: 0 };
  let numbers = 0;
  return {
    nextNumber: () => ++numbers,
    add(report) {
      counts.total++;
      counts[report.state]++;
      if (keepItems) items.push(report);
    },
    report: () => ({
      ...summarize(items, performance.now() - startMs),
      ...counts,
    }),
  };
}
