import { openSync, writeSync } from "node:fs";
import { faceCaptions } from "./face-captions.js";
import { faceHevc } from "./face-hevc.js";
import type { Verdict } from "./face.js";
import type { Report } from "./worker.js";

/**
 * A process that lets readers that need no files face mutants, one after another; arguments and
 * progress as those of worker.ts, and the name of the readers.
 */
const readers = process.argv[7] ?? "";
const face = async (seed: number, number: number): Promise<Verdict> =>
  readers === "hevc"
    ? faceHevc(seed, number)
    : faceCaptions(readers, seed, number);
const [seed = 1, first = 0, end = 0, step = 1] = process.argv
  .slice(2, 6)
  .map(Number);
const progress = openSync(process.argv[6] ?? "", "w");
const verdicts = { refused: 0, findings: 0, accepted: 0 };
let slowest = { number: first, ms: 0 };

for (let number = first; number < end; number += step) {
  writeSync(progress, String(number).padEnd(12), 0);
  const begin = performance.now();
  verdicts[await face(seed, number)]++;
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
