import { execFileSync } from "node:child_process";

/** Builds once before all tests: the tests of the command run what a user runs. */
export default function setup(): void {
  execFileSync("npm", ["run", "--silent", "build"], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
}
