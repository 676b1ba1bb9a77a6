import { expect, test } from "vitest";
import {
  failuresIn,
  skipsIn,
  slowest,
  surprises,
  type TestReport,
} from "./report.js";

/** A file of ten seconds with a test of each of these states. */
function report(file: string, ...states: readonly string[]): TestReport {
  const assertionResults = states.map((status, i) => ({
    ...{ ancestorTitles: ["a group"], title: `test ${i + 1}`, status },
  }));
  const times = { startTime: 5_000, endTime: 15_000 };
  return {
    testResults: [{ name: `/repo/${file}`, ...times, assertionResults }],
  };
}

const FILE = "test/a.test.ts";
const REASON = { reason: "not on this system" };
const once = report(FILE, "passed", "skipped", "todo");
const skipped = skipsIn([once]);

test("skipped tests are told by file, groups and name", () => {
  expect(skipped).toEqual([
    { file: FILE, name: "a group > test 2" },
    { file: FILE, name: "a group > test 3" },
  ]);
});

test("what a run in another clone has run is not skipped", () => {
  const [file] = report(FILE, "skipped", "skipped", "passed").testResults;
  const other = { ...file, name: `/tmp/test/clone/${FILE}` };
  const reports = [once, { testResults: [other] } as TestReport];
  expect(skipsIn(reports)).toEqual([{ file: FILE, name: "a group > test 2" }]);
});

test("a group that names the missing program is the same group where it runs", () => {
  const [file] = report(FILE, "skipped").testResults;
  const named = file?.assertionResults.map((one) => ({
    ...one,
    ancestorTitles: ["a group (skipped, not installed: a current ffmpeg)"],
  }));
  const other = { ...file, assertionResults: named };
  const ran = report(FILE, "passed");
  expect(skipsIn([{ testResults: [other] } as TestReport, ran])).toEqual([]);
});

test("a skip that is not listed is a surprise, and so is a listed one that was run", () => {
  const allowed = [
    { file: FILE, name: "a group > test 2", ...REASON },
    { file: "test/b.test.ts", name: "a group > test 3", ...REASON },
  ];
  expect(surprises(skipped, allowed)).toEqual([
    `skipped, and not listed: ${FILE}: a group > test 3`,
    "listed, and not skipped: test/b.test.ts: a group > test 3",
  ]);
});

test("a listed group stands for all that is in it", () => {
  const allowed = [{ file: FILE, name: "a group", ...REASON }];
  expect(surprises(skipped, allowed)).toEqual([]);
});

test("the slowest files come first", () => {
  const { testResults } = report(FILE);
  const [file] = testResults;
  const quick = { ...file, name: "/repo/test/quick.test.ts", endTime: 6_000 };
  const all = { testResults: [quick, ...testResults] } as TestReport;
  expect(slowest([all], 2)).toEqual([
    "   10 s  test/a.test.ts",
    "    1 s  test/quick.test.ts",
  ]);
});

test("a test that failed is told with the first line of its reason", () => {
  const [file] = report(FILE, "passed", "failed").testResults;
  const told = file?.assertionResults.map((one) => ({
    ...one,
    failureMessages: ["Error: 2 instead of 1\n    at a.ts:1"],
  }));
  const failed = { ...file, assertionResults: told };
  expect(failuresIn([{ testResults: [failed] } as TestReport])).toEqual([
    "test/a.test.ts: a group > test 2: Error: 2 instead of 1",
  ]);
});

test("a file that cannot be loaded has failed", () => {
  const [file] = report(FILE).testResults;
  const failed = { ...file, status: "failed", message: "No such module\n" };
  expect(failuresIn([{ testResults: [failed] } as TestReport])).toEqual([
    "test/a.test.ts: No such module",
  ]);
});
