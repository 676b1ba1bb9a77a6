import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mssPack } from "../support/cli.js";
import { filmMaker, QUICK_FLAGS } from "../support/films.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const films = await filmMaker(folder);
/** Its moov is at the end: ffmpeg cannot read it from a pipe. */
const film = readFileSync(films("film.mp4")[0] ?? "");

const run = (args: readonly string[], stdin: Uint8Array | string) =>
  mssPack([...args, ...QUICK_FLAGS], { cwd: folder, stdin });

test("an MP4 on standard input is packaged, and nothing else is left", async () => {
  const { exitCode, stderr } = await run(["-", "-o", "out"], film);
  expect(stderr).toContain("Reading standard input ...\nstandard input\n");
  expect(exitCode).toBe(0);
  expect(readdirSync(join(folder, "out")).sort()).toEqual([
    "stdin.ism",
    "stdin.ismc",
    "stdin_60.ismv",
    "stdin_und_128.isma",
  ]);
});

test("what is wrong with it is told without the file that stands in for it, also to machines", async () => {
  const half = film.subarray(0, film.length / 2);
  for (const args of [["-"], ["-", "x.mp4"], ["plan", "-"]]) {
    const out = args[0] === "plan" ? [] : ["-o", "told", "--report", "r.json"];
    const { stdout, stderr } = await run([...args, ...out, "--json"], half);
    expect(stdout + stderr).toContain("standard input");
    expect(stdout + stderr).not.toContain("mss-pack-tmp");
  }
  const report = readFileSync(join(folder, "r.json"), "utf8");
  expect(report).not.toContain("mss-pack-tmp");
});

test("--name names its package", async () => {
  await run(["-", "-o", "named", "--name", "film"], film);
  expect(readdirSync(join(folder, "named"))).toContain("film.ism");
});

test.each([
  ["nothing", "", "Standard input: is empty (0 bytes)."],
  ["no film", "This is no film.", "standard input: is not a media file"],
])(
  "%s on standard input is refused, and no folder is left",
  async (_, text, sentence) => {
    const { exitCode, stderr } = await run(["-", "-o", "refused"], text);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("mss-pack-tmp");
    expect(exitCode).toBe(3);
    expect(existsSync(join(folder, "refused"))).toBe(false);
  },
);

describe("before standard input is read", () => {
  test.each([
    ["a file in the place of the folder", ["-", "-o", ".clip.mp4"]],
    ["a preset that is not there", ["-", "-o", "x", "--preset", "nobody"]],
    ["a name that is none", ["-", "-o", "x", "--name", "a/b"]],
    ["the same beside others", ["-", "a.mp4", "-o", ".clip.mp4"]],
    ["a preset of plan", ["plan", "-", "--preset", "nobody"]],
    ["a name of plan", ["plan", "-", "--name", "a/b"]],
  ])("%s is told, with exit code 2", async (_, args) => {
    const { exitCode, stderr } = await run(args, "This is no film.");
    expect(stderr).not.toContain("standard input");
    expect(exitCode).toBe(2);
    expect(existsSync(join(folder, "x"))).toBe(false);
  });
});

test("plan reads it too", async () => {
  const { exitCode, stdout } = await run(["plan", "-"], film);
  expect(stdout).toMatch(/^standard input\n.*-> stdin_60\.ismv$/ms);
  expect(exitCode).toBe(0);
});

test.each([
  ["an argument", ["-", "--from-list", "-"], ""],
  ["a line of the list itself", ["--from-list", "-"], ".clip.mp4\n-\n"],
])(
  "it is a film or a list, not both: the film is %s",
  async (_, args, list) => {
    const { exitCode, stderr } = await run([...args, "-o", "x"], list);
    expect(stderr).toContain("given as an input and as a list");
    expect(stderr).toContain("given as ./-");
    expect(exitCode).toBe(2);
    expect(existsSync(join(folder, "x"))).toBe(false);
  },
);

test("a line of a list file may be standard input", async () => {
  writeFileSync(join(folder, "list.txt"), "-\n");
  const args = ["--from-list", "list.txt", "-o", "listed"];
  const { exitCode } = await run(args, film);
  expect(exitCode).toBe(0);
  expect(readdirSync(join(folder, "listed"))).toContain("stdin.ism");
});
