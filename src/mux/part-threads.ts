import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { PackError, throwIfAborted, type PackErrorCode } from "../errors.js";
import { writePart, type Part } from "./write-part.js";

/** What a thread is given. Columns of sample tables lie in memory that all threads share. */
export interface WorkerOrder {
  readonly parts: readonly Part[];
  /** One number: the next part that nobody has taken. */
  readonly counter: Int32Array;
}

/** What a thread says: a part is written, or it has failed and ended. */
export interface WorkerAnswer {
  readonly written?: true;
  readonly failure?: Failed;
}

/** An error without its class, which is lost on the way between threads. */
export interface Failed {
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly code: PackErrorCode | undefined;
  readonly errno: string | undefined;
}

/** More threads only wait for the same disk and memory. */
const MOST_THREADS = 4;

/** Fewer parts are written before a thread has started. */
const PARTS_PER_THREAD = 4;

/** Built beside this file. Run from the source, as tests do, all is written by one thread. */
const WORKER = fileURLToPath(new URL("./part-worker.js", import.meta.url));

/**
 * Writes parts with as many threads as there are cores; this thread is one of
 * them. Each takes the next part that nobody has taken.
 *
 * @param onPart told after each part
 * @throws what the first part that failed has thrown; the other threads are ended
 */
export async function writeParts(
  parts: readonly Part[],
  signal: AbortSignal | undefined,
  onPart: () => void,
): Promise<void> {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const threads = startThreads({ parts, counter }, onPart);
  try {
    const ours = writeOwn(parts, counter, signal, onPart);
    await Promise.all([ours, ...threads.map(({ ended }) => ended)]);
  } finally {
    Atomics.store(counter, 0, parts.length);
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }
}

async function writeOwn(
  parts: readonly Part[],
  counter: Int32Array,
  signal: AbortSignal | undefined,
  onPart: () => void,
): Promise<void> {
  for (;;) {
    throwIfAborted(signal);
    const part = parts[Atomics.add(counter, 0, 1)];
    if (part === undefined) return;
    await writePart(part, signal);
    onPart();
    await setImmediate(); // signals, the heartbeat, what threads say
  }
}

interface Thread {
  readonly worker: Worker;
  readonly ended: Promise<void>;
}

function startThreads(order: WorkerOrder, onPart: () => void): Thread[] {
  const wanted = Math.min(
    MOST_THREADS,
    availableParallelism(),
    Math.floor(order.parts.length / PARTS_PER_THREAD),
  );
  if (wanted < 2 || !existsSync(WORKER)) return [];
  return Array.from({ length: wanted - 1 }, () => startThread(order, onPart));
}

function startThread(workerData: WorkerOrder, onPart: () => void): Thread {
  const worker = new Worker(WORKER, { workerData });
  const ended = new Promise<void>((resolve, reject) => {
    worker.on("message", ({ failure }: WorkerAnswer) => {
      if (failure === undefined) onPart();
      else reject(errorOf(failure));
    });
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
  ended.catch(() => undefined); // told by whoever waits for all
  return { worker, ended };
}

function errorOf({ message, facts, code, errno }: Failed): Error {
  return code === undefined
    ? Object.assign(new Error(message), { code: errno })
    : new PackError(code, message, { facts });
}
