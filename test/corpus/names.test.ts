import {
  copyFileSync,
  existsSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ffmpeg, makeClip } from "../support/clip.js";
import { jsonLines, mssPack, type CliResult } from "../support/cli.js";
import { tempFolder } from "../support/temp.js";
import { quartered } from "./make/sources.js";

const folder = tempFolder();
const clip = await makeClip(join(folder, "clip.mp4"), { seconds: 1 });
const photo = join(folder, "photo.jpg");
await ffmpeg(
  ["-v", "error", "-f", "lavfi", "-i", quartered(), "-frames:v", "1", photo],
  photo,
);

const QUICK = [
  "--rung",
  "160x90:60k",
  "--encoder-preset",
  "ultrafast",
  "--json",
];

/** A folder with one file in it, which the command is started in. */
function folderWith(name: string, content = clip): string {
  const cwd = join(folder, `cwd-${String(folders++)}`);
  mkdirSync(cwd);
  copyFileSync(content, join(cwd, name));
  return cwd;
}
let folders = 0;

function expectManifest(result: CliResult, path: string): void {
  expect(result.exitCode, result.stderr).toBe(0);
  expect(jsonLines(result.stdout).at(-1)?.["manifest"]).toBe(path);
  expect(existsSync(path)).toBe(true);
}

describe("a file may be called", () => {
  test.concurrent.each([
    "two words.mp4",
    "it's.mp4",
    'say "hi".mp4',
    "Tom & Jerry.mp4",
    "<b>.mp4",
    "100%.mp4",
    "%03d.mp4",
    "12:30.mp4",
    "concat:clip.mp4",
    "-film.mp4",
    "🎬 été.mp4",
    "a,b[1];(c)=d@e.mp4",
    "$(touch pwned) `touch pwned` ; touch pwned.mp4",
    "*?.mp4",
    ".hidden.mp4",
    "no extension",
    "two.dots.mp4",
    `${"long".repeat(49)}.mp4`,
  ])("%s", async (name) => {
    const cwd = folderWith(name);
    const result = await mssPack([...QUICK, "-o", "out", "--", name], { cwd });
    const stem = name.replace(/(?<=.)\.mp4$/, "");
    expectManifest(result, join(cwd, "out", `${stem}.ism`));
    expect(existsSync(join(cwd, "pwned"))).toBe(false);
  });

  test("%03d.jpg, which is no pattern of a series of pictures", async () => {
    const cwd = folderWith("%03d.jpg", photo);
    const result = await mssPack([...QUICK, "-o", "out", "%03d.jpg"], { cwd });
    expectManifest(result, join(cwd, "out", "%03d.ism"));
  });
});

describe("a name that no package can have needs another one", () => {
  test.concurrent.each([
    "two\nlines.mp4",
    "back\\slash.mp4",
    `${"x".repeat(240)}.mp4`,
  ])("%j", async (name) => {
    const cwd = folderWith(name);
    const refused = await mssPack([...QUICK, "-o", "out", name], { cwd });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("Give another with --name");
    expect(existsSync(join(cwd, "out"))).toBe(false);
    const named = [...QUICK, "-o", "out", "--name", "film", name];
    expectManifest(await mssPack(named, { cwd }), join(cwd, "out", "film.ism"));
  });
});

describe("a file may be given", () => {
  test("by a relative path", async () => {
    const cwd = folderWith("film.mp4");
    mkdirSync(join(cwd, "below"));
    const result = await mssPack([...QUICK, "../film.mp4", "-o", "../out"], {
      cwd: join(cwd, "below"),
    });
    expectManifest(result, join(cwd, "out", "film.ism"));
  });

  test("by a symbolic link, whose name the package takes", async () => {
    const cwd = folderWith("film.mp4");
    symlinkSync(join(cwd, "film.mp4"), join(cwd, "link.mp4"));
    const result = await mssPack([...QUICK, "link.mp4", "-o", "out"], { cwd });
    expectManifest(result, join(cwd, "out", "link.ism"));
  });
});

describe("the output folder", () => {
  test("may be the input's own", async () => {
    const cwd = folderWith("film.mp4");
    const result = await mssPack([...QUICK, "film.mp4", "-o", "."], { cwd });
    expectManifest(result, join(cwd, "film.ism"));
    expect(existsSync(join(cwd, "film.mp4"))).toBe(true);
  });

  test("is made when it is missing, with those above it", async () => {
    const cwd = folderWith("film.mp4");
    const result = await mssPack([...QUICK, "film.mp4", "-o", "a/b/c"], {
      cwd,
    });
    expectManifest(result, join(cwd, "a", "b", "c", "film.ism"));
  });

  test("must not be a file", async () => {
    const cwd = folderWith("film.mp4");
    writeFileSync(join(cwd, "out"), "mine");
    const result = await mssPack([...QUICK, "film.mp4", "-o", "out"], { cwd });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("is a file. Expected a folder");
  });
});
