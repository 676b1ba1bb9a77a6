import { expect, test, vi } from "vitest";
import { LeftOut, leftOutText } from "./left-out.js";

test("a run of the quick tests says how many files it left out, where they are and what runs them", () => {
  const text = leftOutText([
    "test/cli/watch.long.test.ts",
    "test/crash/disk.test.ts",
    "test/crash/resume.test.ts",
  ]);
  expect(text).toBe(
    "Left out: 3 files of tests that take long or need more than npm brings (crash 2, cli 1).\n" +
      "`npm run test:all` runs everything; what is not installed is skipped there, and named.",
  );
});

test.each([
  [["quick"], /^Left out: \d+ files /],
  [["quick", "long"], /^$/],
])("a run of the projects %j says what fits", async (projects, expected) => {
  const said: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
  const reporter = new LeftOut();
  reporter.onInit({ projects: projects.map((name) => ({ name })) });
  await reporter.onTestRunEnd();
  write.mockRestore();
  expect(said.join("")).toMatch(expected);
});
