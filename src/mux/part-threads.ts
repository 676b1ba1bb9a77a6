import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { PackError, throwIfAborted, type PackErrorCode } from "../errors.js";
import { Desk } from "./desk.js";
import type { Part } from "./parts.js";
import { writePart } from "./write-part.js";

/** What a thread is given. Columns of sample tables lie in memory that all threads share. */
export interface WorkerOrder {
  readonly parts: readonly Part[];
  /** One number: the next part that nobody has taken. */
  readonly counter: Int32Array;
}

/** What a thread says: a part is written, all that it could do is done, or it has failed. */
export type WorkerAnswer = "written" | "done" | Failed;

/** An error without its class, which is lost on the way between threads. */
export interface Failed {
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly code: PackErrorCode | undefined;
  readonly errno: string | undefined;
}

/** Threads beside this one that write parts. They take a moment to start: begin early. */
export interface Threads {
  readonly workers: readonly Worker[];
  /** Ends them, whatever they do. */
  close(): Promise<void>;
}

/** More threads only wait for the same disk and memory. */
const MOST_THREADS = 4;

/** Less is written before a thread has started. */
const BYTES_WORTH_THREADS = 64 * 1024 * 1024;

/** A thread copies bytes: what it makes on the way is soon garbage. */
const SMALL = { maxYoungGenerationSizeMb: 8 };

/** Built beside this file. Run from the source, as most tests do, all is written by one thread. */
const WORKER = fileURLToPath(new URL("./part-worker.js", import.meta.url));

/**
 * Starts as many threads as there are cores, less this one.
 *
 * @param bytes that will be written: few are not worth a thread
 */
export function startThreads(bytes: number): Threads {
  const isWorth = bytes >= BYTES_WORTH_THREADS && existsSync(WORKER);
  const cores = Math.min(MOST_THREADS, availableParallelism());
  const workers = Array.from(
    { length: isWorth ? cores - 1 : 0 },
    () => new Worker(WORKER, { resourceLimits: SMALL }),
  );
  return {
    workers,
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/**
 * Writes parts, by this thread and others. Each takes the next part that nobody
 * has taken.
 *
 * @param onPart told after each part
 * @throws what the first part that failed has thrown; close the threads then
 */
export async function writeParts(
  parts: readonly Part[],
  { workers }: Threads,
  signal: AbortSignal | undefined,
  onPart: () => void,
): Promise<void> {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const order: WorkerOrder = { parts, counter };
  try {
    const others = workers.map((worker) => writeBy(worker, order, onPart));
    await Promise.all([writeOwn(order, signal, onPart), ...others]);
  } finally {
    Atomics.store(counter, 0, parts.length); // nobody begins another
  }
}

async function writeOwn(
  { parts, counter }: WorkerOrder,
  signal: AbortSignal | undefined,
  onPart: () => void,
): Promise<void> {
  const desk = new Desk();
  try {
    for (;;) {
      throwIfAborted(signal);
      const part = parts[Atomics.add(counter, 0, 1)];
      if (part === undefined) return;
      writePart(part, desk);
      onPart();
      await setImmediate(); // signals, the heartbeat, what threads say
    }
  } finally {
    desk.close();
  }
}

async function writeBy(
  worker: Worker,
  order: WorkerOrder,
  onPart: () => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.on("message", (answer: WorkerAnswer) => {
      if (answer === "written") onPart();
      else if (answer === "done") resolve();
      else reject(errorOf(answer));
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("a writing thread has ended")));
    worker.postMessage(order);
  });
}

function errorOf({ message, facts, code, errno }: Failed): Error {
  return code === undefined
    ? Object.assign(new Error(message), { code: errno })
    : new PackError(code, message, { facts });
}
