import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { PackError, throwIfAborted, type PackErrorCode } from "../errors.js";
import { CopyFiles } from "./buffered-copy.js";
import type { Part } from "./file-layout.js";
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
  /** This one writes, too. */
  readonly isOneOfThem: boolean;
  /** Ends them, whatever they do. */
  close(): Promise<void>;
}

/** More threads only wait for the same disk and memory. */
const MOST_THREADS = 4;

/** Less is written before a thread has started. */
const BYTES_WORTH_THREADS = 64 * 1024 * 1024;

/**
 * What a thread makes on the way is soon garbage. Encrypted bytes are, too, and in this
 * thread, whose size nobody can set, they would be let lie for 60 MB longer.
 */
const COPYING = { writesHere: true, maxYoungGenerationSizeMb: 8 };
const ENCRYPTING = { writesHere: false, maxYoungGenerationSizeMb: 3 };

/** Built beside this file. Run from the source, as most tests do, all is written by one thread. */
const WORKER = fileURLToPath(new URL("./write-worker.js", import.meta.url));

/**
 * Starts as many threads as there are cores; when bytes are only copied, this one counts
 * among them.
 *
 * @param bytes that will be written: few are not worth a thread
 * @param isProtected bytes will be encrypted
 */
export function startThreads(bytes: number, isProtected: boolean): Threads {
  const isWorth = bytes >= BYTES_WORTH_THREADS && existsSync(WORKER);
  const { writesHere, maxYoungGenerationSizeMb } = isProtected
    ? ENCRYPTING
    : COPYING;
  const cores = Math.min(MOST_THREADS, availableParallelism());
  const others = writesHere ? cores - 1 : cores;
  const resourceLimits = { maxYoungGenerationSizeMb };
  const workers = Array.from(
    { length: isWorth ? others : 0 },
    () => new Worker(WORKER, { resourceLimits }),
  );
  return {
    workers,
    isOneOfThem: writesHere || !isWorth,
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
  { workers, isOneOfThem }: Threads,
  signal: AbortSignal | undefined,
  onPart: () => void,
): Promise<void> {
  throwIfAborted(signal);
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const order: WorkerOrder = { parts, counter };
  try {
    const onWritten = () => {
      throwIfAborted(signal);
      onPart();
    };
    const writing = workers.map((worker) => writeBy(worker, order, onWritten));
    if (isOneOfThem) writing.push(writeOwn(order, onWritten));
    await Promise.all(writing);
  } finally {
    Atomics.store(counter, 0, parts.length); // nobody begins another
  }
}

async function writeOwn(
  { parts, counter }: WorkerOrder,
  onWritten: () => void,
): Promise<void> {
  const desk = new CopyFiles();
  try {
    for (;;) {
      const part = parts[Atomics.add(counter, 0, 1)];
      if (part === undefined) return;
      writePart(part, desk);
      onWritten();
      await setImmediate(); // signals, the heartbeat, what threads say
    }
  } finally {
    desk.close();
  }
}

async function writeBy(
  worker: Worker,
  order: WorkerOrder,
  onWritten: () => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.on("message", (answer: WorkerAnswer) => {
      if (answer === "written") told(onWritten, reject);
      else if (answer === "done") resolve();
      else reject(errorOf(answer));
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("a writing thread has ended")));
    worker.postMessage(order);
  });
}

/** What is thrown in a listener would end the process. */
function told(what: () => void, reject: (reason: unknown) => void): void {
  try {
    what();
  } catch (error) {
    reject(error);
  }
}

function errorOf({ message, facts, code, errno }: Failed): Error {
  return code === undefined
    ? Object.assign(new Error(message), { code: errno })
    : new PackError(code, message, { facts });
}
