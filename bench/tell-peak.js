// Loaded before mss-pack (node --import): at its end, writes the largest resident
// size of the process, in bytes, to file descriptor 3. Looking from outside every
// now and then would miss the peak of a short run, and the kernel's ru_maxrss
// begins with the size of the process that started this one.
import { readFileSync, writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  process.on("exit", () => {
    const status = readFileSync("/proc/self/status", "utf8");
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(status) ?? [];
    writeSync(3, String(Number(kilobytes) * 1024));
  });
}
