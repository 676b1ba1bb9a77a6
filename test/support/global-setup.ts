import { execFileSync } from "node:child_process";

/**
 * Builds once before all tests: the tests of the command run what a user runs. `.ci/run`, where
 * two runs share the build, has built before both.
 */
export default function setup(): void {
  if (process.env["TEST_BUILT"] !== undefined) return;
  execFileSync("npm", ["run", "--silent", "build"], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
}
