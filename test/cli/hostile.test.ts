import { copyFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonLines, mssPack } from "../support/cli.js";
import { fixture, writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();

describe("inspect of a file that is cut off", () => {
  const cut = join(parent, "cut.mp4");
  copyFileSync(fixture("video-1.mp4"), cut);
  truncateSync(cut, 9000);

  test("shows what there is, then says so with exit code 3", async () => {
    const { stdout, stderr, exitCode } = await mssPack(["inspect", cut]);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^\[ftyp\] at 0, 32 bytes$/m);
    expect(stdout).toMatch(/truncated: the file ends at 9000$/m);
    expect(stderr).toMatch(
      /cut.mp4: \w+ at \d+ claims \d+ bytes, the file ends at 9000\./,
    );
  });

  test("tells it in JSON too, as the last line", async () => {
    const { stdout } = await mssPack(["inspect", cut, "--json"]);
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      type: "error",
      code: "input",
      exit: 3,
      facts: { faults: 1 },
    });
  });
});

test("verify of a folder looks at its packages; of a media file it looks at its tracks", async () => {
  const { folder } = await writeFixturePackage(parent);
  const whole = await mssPack(["verify", "--quick", folder]);
  expect(whole.exitCode, whole.stderr).toBe(0);
  expect(whole.stdout).toContain("valid");
  const media = join(folder, "clip_60.ismv");
  const { stdout, exitCode } = await mssPack(["verify", "--quick", media]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/valid, .*\n {2}clip_60\.ismv: \d+ fragments/);
});
