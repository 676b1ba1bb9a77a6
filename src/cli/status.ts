import type { BatchEvents, BatchItem } from "../batch/item.js";
import type { PackProgress } from "../pipeline/options.js";
import { prefixed, progressText } from "./text.js";

export interface StatusEvents extends BatchEvents {
  /** Stops listening. */
  release(): void;
}

/** Tells how far the work is whenever SIGUSR1 asks, also of a quiet run. */
export function withStatus(
  events: BatchEvents,
  say: (text: string) => void,
): StatusEvents {
  const running = new Map<BatchItem, PackProgress | undefined>();
  const tell = () => {
    for (const [item, progress] of running)
      say(
        prefixed(item, progress ? progressText(progress, undefined) : "begins"),
      );
    if (running.size === 0) say("mss-pack: no input is worked on.");
  };
  if (process.platform !== "win32") process.on("SIGUSR1", tell);
  return {
    ...events,
    onStart(item) {
      running.set(item, undefined);
      events.onStart?.(item);
    },
    onProgress(item, progress) {
      running.set(item, progress);
      events.onProgress?.(item, progress);
    },
    onEnd(item, ended) {
      running.delete(item);
      events.onEnd?.(item, ended);
    },
    release: () => process.off("SIGUSR1", tell),
  };
}
