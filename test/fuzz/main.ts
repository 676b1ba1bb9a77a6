import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { again, fuzz, keep, READERS } from "./run.js";

/** `npm run fuzz -- --mutants 50000 --seed 1`; README.md in this folder. */
const { values } = parseArgs({
  options: {
    mutants: { type: "string", default: "50000" },
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    readers: { type: "string", default: "files" },
    // One more than there are cores: a process waits for the disk half of its time.
    processes: { type: "string", default: String(availableParallelism() + 1) },
  },
});
const mutants = Number(values.mutants);
const seed = Number(values.seed);
const { readers } = values;
if (!READERS.includes(readers))
  throw new Error(`--readers ${readers}: expected ${READERS.join(", ")}`);
const processes = Math.min(Number(values.processes), mutants);

const begin = performance.now();
const run = { seed, mutants, first: Number(values.first), processes, readers };
const { reports, failures } = await fuzz(run);
const seconds = Math.round((performance.now() - begin) / 1000);

const sum = (pick: (report: (typeof reports)[number]) => number) =>
  reports.reduce((total, report) => total + pick(report), 0);
const largest = Math.max(0, ...reports.map((report) => report.peak));
const slowest = reports
  .map((report) => report.slowest)
  .reduce((a, b) => (b.ms > a.ms ? b : a), { number: 0, ms: 0 });
console.log(
  [
    `${sum(({ verdicts }) => verdicts.refused)} refused, ${sum(({ verdicts }) => verdicts.findings)} with findings, ${sum(({ verdicts }) => verdicts.accepted)} accepted`,
    `slowest: ${Math.round(slowest.ms)} ms (mutant ${slowest.number})`,
    `most memory: ${Math.round(largest / 1e6)} MB`,
    `${seconds} s, seed ${seed}`,
  ].join("\n"),
);
for (const failure of failures) {
  console.error(`\nFAILED: mutant ${failure.number}: ${failure.reason}`);
  console.error(
    `Again: ${again(failure, seed, readers)}\nKept: ${keep(failure, seed, readers)}`,
  );
}
if (failures.length > 0) process.exitCode = 1;
