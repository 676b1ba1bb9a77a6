import type { FileHandle } from "node:fs/promises";

/** Flushes files to the disk while they are still written, or all would wait at the end for it. */
export interface Flusher {
  /** Something was written. */
  begin(): void;
  /** Flushes all; nothing is written any more. */
  finish(): Promise<void>;
}

export function flusher(files: readonly FileHandle[]): Flusher {
  let running: Promise<unknown> | undefined;
  return {
    begin() {
      // What fails is told by the last flush.
      running ??= Promise.allSettled(files.map((file) => file.datasync())).then(
        () => (running = undefined),
      );
    },
    async finish() {
      await running;
      await Promise.all(files.map((file) => file.sync()));
    },
  };
}
