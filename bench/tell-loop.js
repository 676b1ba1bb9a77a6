// Loaded before mss-pack (node --import): at its end, writes the 99th percentile of
// the delay of the event loop, in seconds, to file descriptor 3. It tells turns
// that are too long; a request waits for many turns, and for other programs too.
import { writeSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on("exit", () => {
    writeSync(3, String(delay.percentile(99) / 1e9));
  });
}
