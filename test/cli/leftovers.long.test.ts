import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pack } from "../../src/index.js";
import { ownerText, THIS_PROCESS, type Owner } from "../../src/ffmpeg/owner.js";
import { makeClip } from "../support/clip.js";
import { mssPack } from "../support/cli.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const clip = await makeClip(join(folder, "clip.mp4"), { seconds: 2 });
const long = await makeClip(join(folder, "long.mp4"), {
  size: "1280x720",
  seconds: 20,
});
const QUICK = [
  "--rung",
  "160x90:60k",
  "--encoder-preset",
  "ultrafast",
  "--quiet",
];

describe("nothing is left behind", () => {
  test("when the reader of --json goes away, ffmpeg and the work folder go too", async () => {
    const out = join(folder, "pipe");
    const args = [long, "-o", out, "--encoder-preset", "veryslow", "--json"];
    const { exitCode } = await mssPack(args, {
      onStart: (child) =>
        child.stdout?.once("data", () => child.stdout?.destroy()),
    });
    expect(exitCode).toBe(141);
    expect(existsSync(out)).toBe(false);
  });

  test("when the caller's own progress callback throws, the promise rejects with that", async () => {
    const out = join(folder, "callback");
    const failing = pack(long, {
      output: out,
      encoderPreset: "veryslow",
      onProgress: () => {
        throw new Error("the caller's mistake");
      },
    });
    await expect(failing).rejects.toThrow("the caller's mistake");
    expect(existsSync(out)).toBe(false);
  });

  test("a work folder of a run that was killed is removed by the next, a living one's is not", async () => {
    const out = join(folder, "dead");
    const work = (owner: Owner) => `.mss-pack-tmp-${ownerText(owner)}-abcdef`;
    const dead = work({ ...THIS_PROCESS, pid: 999_999_999 });
    const living = work(THIS_PROCESS);
    for (const name of [dead, living])
      mkdirSync(join(out, name), { recursive: true });
    expect((await mssPack([clip, "-o", out, ...QUICK])).exitCode).toBe(0);
    expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([
      living,
    ]);
  });
});

describe("what is the user's is not replaced", () => {
  test("the input itself, even with --overwrite", async () => {
    const own = join(folder, "own");
    mkdirSync(own);
    const input = join(own, "film_60.ismv");
    writeFileSync(input, readFileSync(clip));
    const { exitCode, stderr } = await mssPack([
      input,
      "-o",
      own,
      "--name",
      "film",
      "--overwrite",
      ...QUICK,
    ]);
    expect(stderr).toContain("is the input and would be replaced");
    expect(exitCode).toBe(2);
    expect(readFileSync(input).equals(readFileSync(clip))).toBe(true);
  });

  test("a package that another run published meanwhile", async () => {
    const out = join(folder, "race");
    const both = await Promise.all([
      mssPack([clip, "-o", out, ...QUICK]),
      mssPack([clip, "-o", out, ...QUICK]),
    ]);
    const codes = both.map(({ exitCode }) => exitCode).sort();
    expect(codes).toEqual([0, 7]);
    expect(readdirSync(out).sort()).toEqual([
      "clip.ism",
      "clip.ismc",
      "clip_60.ismv",
      "clip_und_128.isma",
    ]);
  });
});

describe("a damaged source", () => {
  const damaged = join(folder, "damaged.mp4");
  const bytes = readFileSync(long);
  const middle = Math.floor(bytes.length / 2);
  writeFileSync(damaged, bytes.fill(0xa5, middle, middle + 50_000));

  test("is refused with exit code 3 and ffmpeg's words", async () => {
    const out = join(folder, "refused");
    const { exitCode, stderr } = await mssPack([damaged, "-o", out, ...QUICK]);
    expect(stderr).toMatch(/is damaged, lost: .*ffmpeg says: .*\n.*--salvage/);
    expect(exitCode).toBe(3);
    expect(existsSync(out)).toBe(false);
  });

  test("is packaged as far as it decodes with --salvage", async () => {
    const out = join(folder, "salvaged");
    const { exitCode } = await mssPack([
      damaged,
      "-o",
      out,
      "--salvage",
      ...QUICK,
    ]);
    expect(exitCode).toBe(0);
  });

  test("that is cut off is refused, though ffmpeg ends with exit code 0", async () => {
    const whole = await makeClip(join(folder, "whole.mkv"), { seconds: 6 });
    const cut = join(folder, "cut.mkv");
    const all = readFileSync(whole);
    writeFileSync(cut, all.subarray(0, Math.floor(all.length / 2)));
    const { exitCode } = await mssPack([
      cut,
      "-o",
      join(folder, "cut"),
      ...QUICK,
    ]);
    expect(exitCode).toBe(3);
  });
});
