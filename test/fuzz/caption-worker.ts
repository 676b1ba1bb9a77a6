import { openSync, writeSync } from "node:fs";
import { faceCaptions } from "./face-captions.js";
import type { Report } from "./worker.js";

/**
 * A process that lets the readers of captions face mutants, one after another;
 * arguments and progress as those of worker.ts.
 */
const [seed = 1, first = 0, end = 0, step = 1] = process.argv
  .slice(2, 6)
  .map(Number);
const progress = openSync(process.argv[6] ?? "", "w");
const verdicts = { refused: 0, findings: 0, accepted: 0 };
let slowest = { number: first, ms: 0 };

for (let number = first; number < end; number += step) {
  writeSync(progress, String(number).padEnd(12), 0);
  const begin = performance.now();
  verdicts[await faceCaptions(seed, number)]++;
  const ms = performance.now() - begin;
  if (ms > slowest.ms) slowest = { number, ms };
  const megabytes = Math.round(peakMemory() / 1e6);
  if (megabytes > 300)
    throw new Error(`${megabytes} MB after mutant ${number}`);
}
const report: Report = { verdicts, slowest, peak: peakMemory() };
process.stdout.write(`${JSON.stringify(report)}\n`);

function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
