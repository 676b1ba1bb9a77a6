import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeClip } from "../support/clip.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const clip = await makeClip(join(folder, "input.mp4"), {
  size: "1920x1080",
  seconds: 1,
});
const small = await makeClip(join(folder, "small.mp4"), { seconds: 2 });
const QUICK = ["--rung", "160x90:60k", "--encoder-preset", "ultrafast"];

describe("mss-pack input.mp4 -o out/", () => {
  test("writes the files that the README names, and says so", async () => {
    const out = join(folder, "default");
    const { exitCode, stdout, stderr } = await mssPack([
      clip,
      "-o",
      out,
      "--encoder-preset",
      "ultrafast",
    ]);
    expect(stderr).toContain(`Package: ${join(out, "input.ism")}`);
    expect(exitCode).toBe(0);
    expect(stdout).toBe("");
    expect(readdirSync(out).sort()).toEqual([
      "input.ism",
      "input.ismc",
      "input_1300.ismv",
      "input_2800.ismv",
      "input_5000.ismv",
      "input_und_128.isma",
    ]);
  });

  test.each([`R&D "take" <2> it's`, "映画 ü №5", "100%d a:b", "-dash"])(
    "a package may be called %s",
    async (name) => {
      const input = join(folder, `${name}.mp4`);
      writeFileSync(input, readFileSync(small));
      const out = join(folder, "names");
      const { exitCode, stderr } = await mssPack([
        input,
        "-o",
        out,
        "--verify",
        "full",
        ...QUICK,
      ]);
      expect(stderr).toContain("Wrote and verified");
      expect(exitCode).toBe(0);
      expect(readdirSync(out)).toContain(`${name}.ism`);
    },
  );

  test("--name changes the base name of every file", async () => {
    const out = join(folder, "renamed");
    await mssPack([small, "-o", out, "--name", "film", "--quiet", ...QUICK]);
    expect(readdirSync(out).sort()).toEqual([
      "film.ism",
      "film.ismc",
      "film_60.ismv",
      "film_und_128.isma",
    ]);
  });

  test("--json prints a plan, progress and a result, one object a line, nothing else", async () => {
    const { stdout, exitCode } = await mssPack([
      small,
      "-o",
      join(folder, "json"),
      "--json",
      ...QUICK,
    ]);
    const lines = jsonLines(stdout);
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatchObject({ type: "plan", plan: { name: "small" } });
    expect(lines.at(-1)).toMatchObject({
      type: "result",
      name: "small",
      durationSeconds: 2,
    });
    const progress = lines.filter(({ type }) => type === "progress");
    expect(progress.length).toBeGreaterThan(0);
    expect(progress.at(-1)).toMatchObject({ step: "verify", fraction: 1 });
    expect(lines.length).toBe(progress.length + 2);
  });

  test("a log gets plain lines without carriage returns or escapes", async () => {
    const { stderr } = await mssPack([
      small,
      "-o",
      join(folder, "log"),
      ...QUICK,
    ]);
    expect(stderr).toMatch(/^encode: 100 %/m);
    expect(stderr).not.toMatch(/[\r\u001b]/u);
  });

  test("--quiet says nothing at all", async () => {
    const result = await mssPack([
      small,
      "-o",
      join(folder, "quiet"),
      "--quiet",
      ...QUICK,
    ]);
    expect(result).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });
});

describe("a package that is there", () => {
  const out = join(folder, "there");

  test("is refused with exit code 7 and left as it is", async () => {
    await mssPack([small, "-o", out, "--quiet", ...QUICK]);
    const before = readFileSync(join(out, "small.ism"), "utf8");
    const { exitCode, stderr } = await mssPack([small, "-o", out, ...QUICK]);
    expect(exitCode).toBe(7);
    expect(stderr).toContain("exists already");
    expect(readFileSync(join(out, "small.ism"), "utf8")).toBe(before);
  });

  test("is replaced with --overwrite, rungs that are gone with it, neighbours untouched", async () => {
    writeFileSync(join(out, "neighbour_60.ismv"), "not ours");
    const args = [
      "--rung",
      "96x54:30k",
      "--encoder-preset",
      "ultrafast",
      "--quiet",
      "--overwrite",
    ];
    expect((await mssPack([small, "-o", out, ...args])).exitCode).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      "neighbour_60.ismv",
      "small.ism",
      "small.ismc",
      "small_30.ismv",
      "small_und_128.isma",
    ]);
  });
});

test("the input's own folder may be the output", async () => {
  const home = join(folder, "home");
  mkdirSync(home);
  writeFileSync(join(home, "film.mp4"), readFileSync(small));
  const { exitCode } = await mssPack(
    ["film.mp4", "-o", ".", "--quiet", ...QUICK],
    { cwd: home },
  );
  expect(exitCode).toBe(0);
  expect(existsSync(join(home, "film.mp4"))).toBe(true);
  expect(existsSync(join(home, "film.ism"))).toBe(true);
});
