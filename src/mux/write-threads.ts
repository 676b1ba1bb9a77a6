import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { PackError, throwIfAborted, type PackErrorCode } from "../errors.js";
import { CopyFiles } from "./buffered-copy.js";
import type { Part } from "./file-layout.js";
import { writePart } from "./write-part.js";

/** The order for a thread. Columns of sample tables lie in memory that all threads share. */
export interface WorkerOrder {
  readonly parts: readonly Part[];
  /** One number: the next part that no thread has taken. */
  readonly counter: Int32Array;
}

/** A thread's message: a part is written, the thread is done, or it has failed. */
export type WorkerAnswer = "written" | "done" | WorkerError;

/** An error without its class, which does not survive the way between threads. */
export interface WorkerError {
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly code: PackErrorCode | undefined;
  readonly errno: string | undefined;
}

/** Threads beside this one that write parts. They need a moment to start, so start them early. */
export interface Threads {
  readonly workers: readonly Worker[];
  /** This thread writes, too. */
  readonly isOneOfThem: boolean;
  /** Ends them, even during work. */
  close(): Promise<void>;
}

/** More threads would only wait for the same disk and memory. */
const MOST_THREADS = 4;

/** A smaller package is written before a thread has started. */
const BYTES_WORTH_THREADS = 64 * 1024 * 1024;

/**
 * The data that a thread makes on the way is soon garbage. Encrypted bytes are garbage,
 * too. In this thread, whose size cannot be set, they would stay for 60 MB longer.
 */
const COPYING = { writesHere: true, maxYoungGenerationSizeMb: 3 };
const ENCRYPTING = { writesHere: false, maxYoungGenerationSizeMb: 3 };

/**
 * Built beside this file. When mss-pack runs from the source, as most tests do, one thread
 * writes everything.
 */
const WORKER = fileURLToPath(new URL("./write-worker.js", import.meta.url));

/**
 * Starts as many threads as there are cores. When bytes are only copied, this thread is
 * one of them.
 *
 * @param bytes to write: few bytes are not worth a thread
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
 * Writes parts with this thread and others. Each takes the next part that no thread has
 * taken.
 *
 * @param onPart called after each part
 * @throws the error of the first part that failed; close the threads then
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
    Atomics.store(counter, 0, parts.length); // no thread begins another part
  }
}

async function writeOwn(
  { parts, counter }: WorkerOrder,
  onWritten: () => void,
): Promise<void> {
  const copyFiles = new CopyFiles();
  try {
    for (;;) {
      const part = parts[Atomics.add(counter, 0, 1)];
      if (part === undefined) return;
      writePart(part, copyFiles);
      onWritten();
      await setImmediate(); // signals, the heartbeat, messages of threads
    }
  } finally {
    copyFiles.close();
  }
}

async function writeBy(
  worker: Worker,
  order: WorkerOrder,
  onWritten: () => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.on("message", (answer: WorkerAnswer) => {
      if (answer === "written") orReject(onWritten, reject);
      else if (answer === "done") resolve();
      else reject(errorOf(answer));
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("a writing thread has ended")));
    worker.postMessage(order);
  });
}

/** An error thrown in a listener would end the process. */
function orReject(what: () => void, reject: (reason: unknown) => void): void {
  try {
    what();
  } catch (error) {
    reject(error);
  }
}

function errorOf({ message, facts, code, errno }: WorkerError): Error {
  return code === undefined
    ? Object.assign(new Error(message), { code: errno })
    : new PackError(code, message, { facts });
}
