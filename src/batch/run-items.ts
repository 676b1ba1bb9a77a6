import type { BatchItem, ItemReport } from "./item.js";

export interface RunLimits {
  /** Items at the same time. Default 1. */
  readonly jobs?: number | undefined;
  /** After a failure begin no other item, but finish the running ones. */
  readonly failFast?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts as many workers as jobs. Each takes the next waiting item.
 *
 * @returns a report for each item; those that were not begun are stopped
 */
export async function runItems(
  items: readonly BatchItem[],
  { jobs = 1, failFast = false, signal }: RunLimits,
  work: (item: BatchItem) => Promise<ItemReport>,
): Promise<ItemReport[]> {
  const reports = items.map<ItemReport>(({ input, name }) => ({
    input,
    name,
    state: "stopped",
    seconds: 0,
  }));
  const waiting = items.entries();
  let hasFailed = false;
  const worker = async () => {
    for (const [i, item] of waiting) {
      const report = await work(item);
      reports[i] = report;
      hasFailed ||= report.state === "failed";
      if (signal?.aborted || (failFast && hasFailed)) return;
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return reports;
}
