import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import { snippet } from "../readme/snippets.js";
import { describeReader, run } from "../support/programs.js";
import { test } from "../support/scratch-folder.js";
import { hashesOf } from "../tasks/films.js";
import { makeFilm } from "./films.js";
import { missingForSlurm, startSlurm } from "./slurm.js";
import { until } from "./until.js";

/** The recipes of docs/scale.md, word by word, in a folder with a film and with mss-pack on the PATH. */
const PAGE = "docs/scale.md";
const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

async function readyFolder(scratch: string) {
  await makeFilm(scratch, "cinema.mkv", "film.mp4");
  const bin = join(scratch, "bin");
  await mkdir(bin);
  await symlink(join(REPOSITORY, "bin", "mss-pack.js"), join(bin, "mss-pack"));
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}` };
  const shell = (script: string, more: object = {}) =>
    run("sh", ["-ec", script], { cwd: scratch, env: { ...env, ...more } });
  return { shell };
}

describe("one big machine", () => {
  test("the recipe makes a package", async ({ scratch }) => {
    const { shell } = await readyFolder(scratch);
    await shell(snippet("One big machine", "sh", PAGE));
    await shell("mss-pack verify out/film.ism");
  });
});

describeReader("a scheduler", missingForSlurm, () => {
  test("the recipe makes the package of one machine", async ({ scratch }) => {
    const { shell } = await readyFolder(scratch);
    const slurm = await startSlurm(join(scratch, "slurm"));
    try {
      await shell(snippet("A scheduler", "sh", PAGE), slurm.env);
      await until("the end of all jobs", async () =>
        (await shell("squeue -h", slurm.env)).stdout.length === 0
          ? true
          : undefined,
      );
    } finally {
      await slurm.stop();
    }
    await shell("mss-pack film.mp4 -o local/ --pieces 8");
    expect(await hashesOf(join(scratch, "out"))).toEqual(
      await hashesOf(join(scratch, "local")),
    );
  });
});
