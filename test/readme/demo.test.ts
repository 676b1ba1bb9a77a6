import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { test } from "../support/scratch-folder.js";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const NOT_THERE = ["@ffmpeg-installer", "@ffprobe-installer"];

/** The built repository after `npm ci --omit=optional`. */
function withoutOptional(folder: string): string {
  for (const name of ["package.json", "bin", "dist", "scripts"])
    cpSync(join(REPOSITORY, name), join(folder, name), { recursive: true });
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  for (const name of readdirSync(join(REPOSITORY, "node_modules")))
    if (!NOT_THERE.includes(name))
      symlinkSync(
        join(REPOSITORY, "node_modules", name),
        join(modules, name),
        "junction",
      );
  return folder;
}

test("the demo without any ffmpeg says what happened and both ways out", ({
  scratch,
}) => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(withoutOptional(scratch), "scripts", "demo.js")],
    {
      cwd: scratch,
      env: { ...process.env, PATH: "", FFMPEG_PATH: "", FFPROBE_PATH: "" },
      encoding: "utf8",
    },
  );
  expect(stderr).toMatch(
    /^No ffmpeg that can be used\. None on PATH; the one of npm is not installed \(.*\)\.\n {2}Install ffmpeg .*npm ci --include=optional.*\n$/,
  );
  expect(status).toBe(8);
});
