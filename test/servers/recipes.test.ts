import { spawn } from "node:child_process";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import { snippet } from "../readme/snippets.js";
import { endOf } from "../support/child.js";
import { describeReader, run } from "../support/programs.js";
import { test } from "../support/scratch-folder.js";
import { hashesOf } from "../tasks/films.js";
import { makeFilm } from "./films.js";
import { missingForRedis } from "./redis.js";
import { missingForSlurm, startSlurm } from "./slurm.js";
import { freePort } from "../support/free-port.js";
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
  return { shell, env };
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

describeReader("a rack with Redis", missingForRedis, () => {
  test("the recipe makes the package of one machine", async ({ scratch }) => {
    const { shell, env } = await readyFolder(scratch);
    const port = String(await freePort());
    const here = (text: string) =>
      text
        .replaceAll("6379", port)
        .replaceAll("/var/lib/redis", join(scratch, "redis"))
        .replaceAll("/films/", `${scratch}/`)
        .replaceAll("-o /packages", `-o ${scratch}/out`);
    const [server = "", workers = "", films = ""] =
      await shellBlocks("A rack with Redis");
    // What is installed stays: Debian's package and npm's are there already.
    const without = (text: string) =>
      here(text).replaceAll(/^(?:apt-get|npm) install .*\n/gm, "");
    await mkdir(join(scratch, "redis"));
    const started = [without(server), without(workers)].map((script) =>
      spawn("sh", ["-ec", script], {
        cwd: scratch,
        env,
        stdio: "ignore",
        detached: true,
      }),
    );
    try {
      const MSS_PACK_REDIS = `redis://127.0.0.1:${port}`;
      await until("the server", () =>
        shell("mss-pack jobs", { MSS_PACK_REDIS }).then(() => true as const),
      );
      const urgent = here(films).split("\n")[2] ?? "";
      expect(urgent).toContain("--wait");
      await shell(urgent.replace("urgent", "film"), { MSS_PACK_REDIS });
    } finally {
      for (const { pid = 0 } of started.reverse())
        process.kill(-pid, "SIGTERM");
      await Promise.all(started.map((child) => endOf(child, "SIGTERM")));
    }
    await shell("mss-pack film.mp4 -o local/ --pieces 8");
    expect(await hashesOf(join(scratch, "out"))).toEqual(
      await hashesOf(join(scratch, "local")),
    );
  });
});

/** All code blocks of a section that a shell runs. */
async function shellBlocks(section: string): Promise<string[]> {
  const text = await readFile(join(REPOSITORY, PAGE), "utf8");
  const own =
    text.split(/^## /m).find((part) => part.startsWith(section)) ?? "";
  return [...own.matchAll(/^```sh\n(.*?)^```$/gms)].map(
    ([, block = ""]) => block,
  );
}
