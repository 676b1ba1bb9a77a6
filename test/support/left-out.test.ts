import { expect, test } from "vitest";
import { leftOutText } from "./left-out.js";

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
