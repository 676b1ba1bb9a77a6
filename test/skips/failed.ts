// tsx test/skips/failed.ts REPORT.json...: names the tests that failed. A report that is not there is left out:
// its run did not begin.
import { existsSync, readFileSync } from "node:fs";
import { failuresIn, type TestReport } from "./report.js";

const reports = process.argv
  .slice(2)
  .filter((path) => existsSync(path))
  .map((path) => JSON.parse(readFileSync(path, "utf8")) as TestReport);
for (const line of failuresIn(reports)) console.log(`  ${line}`);
