// tsx test/skips/main.ts REPORT.json...: says which test files took longest, and fails
// where other tests were skipped in all these runs than those of allowed.ts. --any only names them.
import { readFileSync } from "node:fs";
import { ALLOWED } from "./allowed.js";
import { skipsIn, slowest, surprises, type TestReport } from "./report.js";

const args = process.argv.slice(2);
const reports = args
  .filter((path) => path !== "--any")
  .map((path) => JSON.parse(readFileSync(path, "utf8")) as TestReport);
const skipped = skipsIn(reports);

console.log("The slowest files:");
for (const line of slowest(reports, 15)) console.log(line);
console.log(`${skipped.length} tests skipped:`);
for (const { file, name } of skipped) console.log(`  ${file}: ${name}`);

if (!args.includes("--any")) {
  const faults = surprises(skipped, ALLOWED);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) {
    console.error("Run them again, or change test/skips/allowed.ts.");
    process.exitCode = 1;
  }
}
