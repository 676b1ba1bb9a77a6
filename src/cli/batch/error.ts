import type { BatchReport } from "../../batch/batch.js";
import { PackError } from "../../errors.js";

/**
 * Why a batch does not end with exit code 0; undefined when every input is done or skipped.
 *
 * @param hint how to do the rest
 */
export function batchError(
  { total, done, skipped, failed, stopped }: BatchReport,
  signal: AbortSignal | undefined,
  hint: string,
): PackError | undefined {
  const good = done + skipped;
  const facts = { total, done, skipped, failed, stopped };
  if (signal?.aborted && stopped > 0) {
    return new PackError(
      "aborted",
      `Stopped after ${good} of ${inputs(total)} were done.`,
      { cause: signal.reason, hint, facts },
    );
  }
  if (good === total) return undefined;
  const left = stopped === 0 ? "" : `, ${stopped} not begun`;
  return new PackError(
    "batch",
    `${failed} of ${inputs(total)} failed${left}.`,
    { hint, facts },
  );
}

function inputs(count: number): string {
  return `${count} ${count === 1 ? "input" : "inputs"}`;
}
