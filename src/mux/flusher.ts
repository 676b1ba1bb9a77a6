import type { FileHandle } from "node:fs/promises";

/** Flushes files to the disk while they are still written, or all would wait at the end for it. */
export interface Flusher {
  /** A part was written. */
  wrote(): void;
  /** Flushes all; nothing is written any more. */
  finish(): Promise<void>;
}

/** Flushing has a cost of its own: so many parts at a time, 64 MB. */
const PARTS_A_FLUSH = 4;

export function flusher(files: readonly FileHandle[]): Flusher {
  let running: Promise<unknown> | undefined;
  let parts = 0;
  return {
    wrote() {
      if (++parts % PARTS_A_FLUSH !== 0) return;
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
