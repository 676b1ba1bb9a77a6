import type { BatchItem, EndedItem, ItemOptions } from "../batch/item.js";
import { withNotes } from "../batch/pack-item.js";
import { lineOf } from "./batch-events.js";
import type { NotifyTarget } from "./follow-up-values.js";
import type { Reporter } from "./reporter.js";

export interface FollowUpFlags {
  readonly notify?: NotifyTarget;
  readonly onDone?: string;
}

/**
 * What follows on each input: `--on-done`, then `--notify`, which also tells what the program could not do.
 *
 * @param reporter shows what the program prints
 * @param signal ends the program, and the tries
 */
export function followUp(
  flags: FollowUpFlags,
  reporter: Pick<Reporter, "say">,
  signal: AbortSignal | undefined,
): ItemOptions["afterEach"] {
  const { notify, onDone } = flags;
  if (notify === undefined && onDone === undefined) return undefined;
  return async (item, ended) => {
    const notes = await callProgram(onDone, item, ended, reporter, signal);
    if (notify === undefined) return notes;
    const line = JSON.stringify(lineOf(item, withNotes(ended, notes)));
    const { sendResult } = await import("./notify.js");
    return [...notes, ...(await sendResult(notify, line, { signal }))];
  };
}

/** A failed input has no package to call a program with. */
async function callProgram(
  program: string | undefined,
  item: BatchItem,
  ended: EndedItem,
  { say }: Pick<Reporter, "say">,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const manifest = ended.result?.manifest;
  if (program === undefined || manifest === undefined) return [];
  const line = JSON.stringify(lineOf(item, ended));
  const { runOnDone } = await import("./on-done.js");
  return runOnDone(program, manifest, line, { say, signal });
}
