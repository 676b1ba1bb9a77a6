import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { pack } from "../../src/index.js";
import { makeClip } from "../support/clip.js";
import { jsonLines } from "../support/cli.js";
import { describeReader } from "../support/programs.js";
import { test } from "../support/scratch-folder.js";
import { hashesOf, SMALL_LADDER, SMALL_LADDER_FLAGS } from "../tasks/films.js";
import { Farm, STORES } from "./farm.js";

for (const store of STORES)
  describeReader(`a queue of ${store.name}`, store.missing, () => {
    test("two workers make the package that one machine makes, and a second submit knows it", async ({
      scratch,
    }) => {
      const clip = await makeClip(join(scratch, "clip.mp4"), { seconds: 26 });
      const farm = await Farm.start(store, scratch);
      const first = await farm.submit(clip, ...SMALL_LADDER_FLAGS, "--json");
      const [film] = jsonLines(first.stdout);
      expect(film).toMatchObject({ type: "submitted", state: "queued" });
      const again = await farm.submit(clip, ...SMALL_LADDER_FLAGS, "--json");
      expect(jsonLines(again.stdout)).toEqual([{ ...film, state: "known" }]);
      expect(await farm.films()).toMatchObject([
        { id: film?.["id"], state: "queued", done: 0, steps: 9 },
      ]);

      const workers = [
        await farm.worker(["--metrics", "0"]),
        await farm.worker(),
      ];
      const waited = await farm.submit(clip, ...SMALL_LADDER_FLAGS, "--wait");
      expect(waited.stderr).toMatch(/: done, .*clip\.ism\n$/);
      expect(waited.exitCode).toBe(0);
      const { metricsUrl } = jsonLines(workers[0]?.words() ?? "")[0] ?? {};
      const figures = await (await fetch(String(metricsUrl))).text();
      for (const worker of workers) expect(await worker.end("SIGTERM")).toBe(0);

      await pack(clip, { ...SMALL_LADDER, output: join(scratch, "local") });
      expect(await hashesOf(farm.output)).toEqual(
        await hashesOf(join(scratch, "local")),
      );
      const done = workers.map((worker) =>
        worker.tasks().filter(({ state }) => state === "done"),
      );
      // Each step once, with one that opens the film and its package.
      const steps = done.flat().map(({ step }) => String(step));
      expect(steps.sort()).toEqual([
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "open",
        "package",
      ]);
      for (const own of done) expect(own.length).toBeGreaterThan(0);
      expect(figures).toMatch(
        /^bullmq_job_count\{queue="mss-pack-films", state="completed"\} 1$/m,
      );
      expect(figures).toContain(
        `mss_pack_worker_tasks_total{state="done"} ${done[0]?.length}\n`,
      );
      expect(await farm.films()).toMatchObject([
        { state: "done", done: 9, manifest: join(farm.output, "clip.ism") },
      ]);
      const after = await farm.submit(clip, ...SMALL_LADDER_FLAGS, "--json");
      expect(jsonLines(after.stdout)).toMatchObject([{ state: "done" }]);
      expect(farm.leftovers()).toEqual([]);
      expect(await readdir(join(farm.work, String(film?.["id"])))).toEqual([
        ...["package.json", "plan.json"],
      ]);
    });
  });
