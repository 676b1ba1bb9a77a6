import { parentPort } from "node:worker_threads";
import { describeError, PackError, errnoOf } from "../errors.js";
import { CopyFiles } from "./buffered-copy.js";
import { writePart } from "./write-part.js";
import type {
  WorkerError,
  WorkerAnswer,
  WorkerOrder,
} from "./write-threads.js";

/** A thread that writes parts until none is left; see write-threads.ts. */
parentPort?.on("message", (order: WorkerOrder) => work(order));

function work({ parts, counter }: WorkerOrder): void {
  const copyFiles = new CopyFiles();
  try {
    for (;;) {
      const part = parts[Atomics.add(counter, 0, 1)];
      if (part === undefined) return answer("done");
      writePart(part, copyFiles);
      answer("written");
    }
  } catch (error) {
    answer(describe(error));
  } finally {
    copyFiles.close();
  }
}

function answer(message: WorkerAnswer): void {
  parentPort?.postMessage(message);
}

function describe(error: unknown): WorkerError {
  const { message, facts } = describeError(error);
  const code = error instanceof PackError ? error.code : undefined;
  return { message, facts, code, errno: errnoOf(error) };
}
