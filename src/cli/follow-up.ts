import type { ItemOptions } from "../batch/item.js";
import { withNotes } from "../batch/pack-item.js";
import { lineOf } from "./batch-events.js";
import type { NotifyTarget } from "./follow-up-values.js";
import type { Reporter } from "./reporter.js";

export interface FollowUpFlags {
  readonly notify?: NotifyTarget;
  readonly onDone?: string;
}

/** What is told of an input that has ended. */
export interface EndedLine {
  /** Path of the .ism; undefined when there is no package to call a program with. */
  readonly manifest: string | undefined;
  /** The result, with what the program could not do. */
  readonly line: (notes: readonly string[]) => object;
}

interface FollowUpContext {
  /** Shows what the program prints. */
  readonly say: (text: string) => void;
  /** Ends the program, and the tries. */
  readonly signal: AbortSignal | undefined;
}

/**
 * What follows on an input: `--on-done`, then `--notify`, which also tells what the program could not do.
 *
 * @returns notes on what failed
 */
export async function followOn(
  { notify, onDone }: FollowUpFlags,
  { manifest, line }: EndedLine,
  { say, signal }: FollowUpContext,
): Promise<readonly string[]> {
  const notes: string[] = [];
  if (onDone !== undefined && manifest !== undefined) {
    const { runOnDone } = await import("./on-done.js");
    const text = JSON.stringify(line([]));
    notes.push(...(await runOnDone(onDone, manifest, text, { say, signal })));
  }
  if (notify === undefined) return notes;
  const { sendResult } = await import("./notify.js");
  const text = JSON.stringify(line(notes));
  return [...notes, ...(await sendResult(notify, text, { signal }))];
}

/**
 * What follows on each input.
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
  const say = (text: string) => reporter.say(text);
  return (item, ended) => {
    const line = (notes: readonly string[]) =>
      lineOf(item, withNotes(ended, notes));
    const manifest = ended.result?.manifest;
    return followOn(flags, { manifest, line }, { say, signal });
  };
}
