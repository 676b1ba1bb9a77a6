import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect } from "vitest";
import { headObject } from "../../src/store/objects.js";
import { putFile } from "../../src/store/put.js";
import { hashObject } from "../../src/store/read.js";
import { packageTasks } from "../../src/tasks/package-tasks.js";
import { planTasks } from "../../src/tasks/plan-tasks.js";
import { pack } from "../../src/index.js";
import { makeClip } from "../support/clip.js";
import { test } from "../support/scratch-folder.js";
import { describeStore, SECRET } from "../support/store-server.js";
import { hashesOf, runAllTasks, SMALL_LADDER } from "../tasks/films.js";

describeStore("work for many machines", (server) => {
  let clip = "";
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "mss-pack-store-"));
    clip = await makeClip(join(folder, "film.mp4"), {
      ...{ size: "160x90", seconds: 18 },
    });
    return () => rm(folder, { recursive: true });
  });

  test("takes its film from a store, and puts the package there", async ({
    scratch,
  }) => {
    const bucket = await server.bucket();
    await putFile(server.store, { bucket, key: "in/film.mp4" }, clip);
    const near = join(scratch, "near");
    await pack(clip, { ...SMALL_LADDER, output: near });
    const planned = await planTasks(
      `s3://${bucket}/in/film.mp4`,
      {
        ...SMALL_LADDER,
        ...{ output: `s3://${bucket}/out`, s3Endpoint: server.endpoint },
      },
      join(scratch, "work"),
    );
    await runAllTasks(planned.path);
    expect(await readFile(planned.path, "utf8")).not.toContain(SECRET);
    const { manifest } = await packageTasks(planned.path);
    expect(manifest).toBe(`s3://${bucket}/out/film.ism`);
    const files = Object.entries(await hashesOf(near));
    // The .ism has a stamp, which tells of another source.
    for (const [file, hash] of files.filter(([name]) => !/\.ism$/.test(name))) {
      const address = { bucket, key: `out/${file}` };
      expect(await hashObject(server.store, address), file).toBe(hash);
    }
    const ism = { bucket, key: "out/film.ism" };
    expect(await headObject(server.store, ism)).toBeDefined();
  });
});
