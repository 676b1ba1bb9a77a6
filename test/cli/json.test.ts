import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonLines, mssPack } from "../support/cli.js";
import { makeClip } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
await makeClip(join(folder, "film.mp4"), { seconds: 1 });
writeFileSync(join(folder, "text.mp4"), "This is no film.\n");
const run = (...args: string[]) => mssPack(args, { cwd: folder });

describe("with --json a command that cannot begin", () => {
  test.each([
    ["none.mp4", "-o", "out"],
    ["text.mp4", "-o", "out"],
    ["mux", "none.mp4", "-o", "out"],
    ["watch", "none", "-o", "out"],
    ["plan", "none.mp4"],
    ["verify", "none.ism"],
    ["inspect", "none.ism"],
    ["protect", "none.ism", "-o", "out"],
    ["unprotect", "none.ism", "-o", "out"],
    ["serve", "none"],
    ["report", "none.log"],
    ["presets", "none"],
    ["doctor", "--ffmpeg", "none"],
    ["--unknown"],
  ])(
    "says one error on stdout, and the same in words on stderr: %s",
    async (...args) => {
      const { exitCode, stdout, stderr } = await run(...args, "--json");
      const error = jsonLines(stdout).at(-1);
      expect(error).toMatchObject({ type: "error", exit: exitCode });
      expect(stderr).toContain(String(error?.["message"]));
      const before = jsonLines(stdout)
        .slice(0, -1)
        .map(({ type }) => type);
      expect(before).toEqual(args[0] === "doctor" ? ["doctor"] : []);
    },
  );
});

test("a watch that is refused does not say that it watches", async () => {
  const { exitCode, stderr } = await run("watch", "none", "-o", "out");
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /^mss-pack: none: cannot be watched: it is not a folder/,
  );
});

describe("beside --json, people read on stderr", () => {
  test("what is packaged, and what was", async () => {
    const args = ["mux", "film.mp4", "-o", "muxed"];
    const { stdout, stderr } = await run(...args, "--json");
    expect(jsonLines(stdout).at(0)).toMatchObject({ type: "plan" });
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "result" });
    expect(stderr).toMatch(/^film\n {2}source {4}0:01, /);
    expect(stderr).toMatch(/\nWrote and verified 0:01 in .*\nPackage: /s);
  });

  test("each failure of a batch, and the table at its end", async () => {
    const args = ["none.mp4", "text.mp4", "-o", "out"];
    const { exitCode, stdout, stderr } = await run(...args, "--json");
    expect(exitCode).toBe(6);
    expect(jsonLines(stdout).map(({ type }) => type)).toEqual([
      "error",
      "error",
      "batch",
      "error",
    ]);
    expect(stderr).toMatch(/^\[1\/2\] none\.mp4: failed: /);
    expect(stderr).toMatch(
      /\n +Total +Done +Skipped +Failed\n +2 +0 +0 +2 .*\n {2}failed: none\.mp4: /,
    );
  });

  test("with --quiet nothing but what failed", async () => {
    const args = ["mux", "film.mp4", "-o", "quiet", "--quiet"];
    const { stdout, stderr } = await run(...args, "--json");
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "result" });
    expect(stderr).toBe("");
  });
});
