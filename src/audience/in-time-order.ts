import type { LogRequest } from "./log-request.js";
import type { LogReader } from "./log-reader.js";

/**
 * The requests of several logs in the order of their time, as far as each log
 * keeps it: rotated files may be given in any order, and those of workers that
 * ran together are read together.
 */
export async function* inTimeOrder(
  readers: readonly LogReader[],
): AsyncGenerator<readonly LogRequest[]> {
  // A year of rotated logs is not held open: each tells when it begins, and waits.
  for (const reader of readers) {
    await reader.fill();
    if (readers.length > 1) await reader.close();
  }
  for (;;) {
    const [first, second] = firstTwo(readers);
    if (first === undefined) return;
    await first.fill();
    if (first.second < Infinity)
      yield first.takeUntil(second?.second ?? Infinity);
    await first.fill();
  }
}

/** The readers whose next requests are the earliest, of those that have any. */
function firstTwo(
  readers: readonly LogReader[],
): [LogReader | undefined, LogReader | undefined] {
  let [first, second]: (LogReader | undefined)[] = [];
  for (const reader of readers) {
    if (reader.second === Infinity) continue;
    if (first === undefined || reader.second < first.second)
      [first, second] = [reader, first];
    else if (second === undefined || reader.second < second.second)
      second = reader;
  }
  return [first, second];
}
