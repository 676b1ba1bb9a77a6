/**
 * Loaded before the command (`node --import`): says on standard error when a
 * thread is given work, and does just before that what WHEN_THREADS asks for:
 * `stop` (a SIGINT to itself), or `cut FILE` (the file ends in its middle).
 */
import { statSync, truncateSync, writeSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import threads from "node:worker_threads";

const [what, path] = (process.env.WHEN_THREADS ?? "").split(" ");
const { Worker } = threads;

if (threads.isMainThread) {
  threads.Worker = class extends Worker {
    postMessage(...args) {
      writeSync(2, "a thread\n");
      if (what === "cut") truncateSync(path, statSync(path).size / 2);
      if (what === "stop") process.kill(process.pid, "SIGINT");
      super.postMessage(...args);
    }
  };
  syncBuiltinESMExports();
}
