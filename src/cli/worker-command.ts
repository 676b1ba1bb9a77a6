import { availableParallelism, totalmem } from "node:os";
import { findTools } from "../ffmpeg/find.js";
import type { TaskEvent } from "../queue/work-options.js";
import { say, writeLine } from "./process.js";
import { timingOf, withQueue, type QueueFlags } from "./queue.js";

export interface WorkerFlags extends QueueFlags {
  readonly concurrency?: number;
  readonly metrics?: number;
  readonly allowMixed?: boolean;
  readonly nice?: number;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
}

/** `mss-pack worker --redis ...`, until a signal ends it; that is its normal end. */
export async function workerCommand(
  flags: WorkerFlags,
  signal: AbortSignal,
): Promise<void> {
  const { ffmpeg: ffmpegPath, ffprobe: ffprobePath } = flags;
  const tools = await findTools({ ffmpegPath, ffprobePath });
  const concurrency = flags.concurrency ?? usualConcurrency();
  const { allowMixed, nice, metrics, json, quiet } = flags;
  const tell = (text: string) => (quiet ? undefined : say(text));
  await withQueue(flags, async (connected) => {
    const { work } = await import("../queue/work.js");
    await work(connected, {
      ...{ concurrency, allowMixed, nice, ffmpegPath, ffprobePath, metrics },
      ...{ timing: timingOf(process.env), signal },
      onWarning: (sentence) => say(`mss-pack: ${sentence}`),
      onReady: (metricsUrl) => {
        const { pid } = process;
        const store = connected.address.shown;
        if (json)
          writeLine({
            ...{ type: "worker", store, concurrency, pid, metricsUrl },
            ffmpeg: tools.ffmpeg.path,
          });
        else tell(readyText(store, concurrency, metricsUrl));
      },
      onTask: (event) => {
        if (json) writeLine({ type: "step", ...event });
        else tell(taskText(event));
      },
    });
  });
}

/** Memory of a piece of 1080p, with what the rest of the machine needs. */
const BYTES_A_TASK = 1e9;

function usualConcurrency(): number {
  const inMemory = Math.floor(totalmem() / BYTES_A_TASK);
  return Math.max(1, Math.min(availableParallelism(), inMemory));
}

function readyText(store: string, concurrency: number, metrics?: string) {
  const count = concurrency === 1 ? "1 step" : `${concurrency} steps`;
  const also = metrics === undefined ? "" : `, figures at ${metrics}`;
  return `Working for ${store}, ${count} at a time${also}. Ctrl-C gives back what is begun.`;
}

function taskText({ input, step, state, message }: TaskEvent): string {
  const what = typeof step === "number" ? `step ${step}` : step;
  return `${input}: ${what}: ${state}${message === undefined ? "" : `: ${message}`}`;
}
