import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rm,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { pack } from "../../src/index.js";
import { packageTasks } from "../../src/tasks/package-tasks.js";
import { planTasks } from "../../src/tasks/plan-tasks.js";
import { runTask } from "../../src/tasks/run-task.js";
import { readTaskPlan, stepsOf } from "../../src/tasks/task-plan.js";
import { makeClip } from "../support/clip.js";
import { mssPack } from "../support/cli.js";
import { test } from "../support/scratch-folder.js";
import { SmallDisk } from "../support/small-disk.js";
import { tempFolder } from "../support/temp.js";
import {
  hashesOf,
  runAllTasks,
  SMALL_LADDER,
  SMALL_LADDER_FLAGS,
} from "./films.js";

const folder = tempFolder();
const clip = await makeClip(join(folder, "clip.mp4"), {
  ...{ size: "160x90", seconds: 26 },
});
const captions = join(folder, "clip.srt");
await writeFile(captions, "1\n00:00:02,000 --> 00:00:12,000\nGood evening\n");

describe("the steps of a plan", () => {
  test("may be placing the package while it is planned again, which no other plan may meet", async ({
    scratch,
  }) => {
    const output = join(scratch, "out");
    const options = { ...SMALL_LADDER, output };
    const work = join(scratch, "work");
    const { tasks } = await planTasks(clip, options, work);
    await mkdir(output);
    // The .ism comes last.
    await writeFile(join(output, "clip.ismc"), "placed");
    expect((await planTasks(clip, options, work)).tasks.id).toBe(tasks.id);
    await expect(
      planTasks(clip, options, join(scratch, "other")),
    ).rejects.toMatchObject({ code: "exists" });
  });

  test("make the package that one machine makes, in any order of a stage", async ({
    scratch,
  }) => {
    const options = {
      ...SMALL_LADDER,
      ...{ captions: [`${captions}=eng`], thumbnailSeconds: 5 },
    };
    const { path, tasks } = await planTasks(
      clip,
      { ...options, output: join(scratch, "out") },
      join(scratch, "work"),
    );
    expect(stepsOf(tasks).map(({ name }) => name)).toEqual([
      ...["weigh 1 of 3, 0-200", "weigh 2 of 3, 200-400", "weigh 3 of 3, 400-"],
      ...["share out", "sound"],
      ...["piece 1 of 3, 0-200", "piece 2 of 3, 200-400", "piece 3 of 3, 400-"],
    ]);
    await runAllTasks(path);
    await packageTasks(path);
    await pack(clip, { ...options, output: join(scratch, "local") });
    expect(await hashesOf(join(scratch, "out"))).toEqual(
      await hashesOf(join(scratch, "local")),
    );
    // Nothing is left of the steps.
    expect((await readdir(join(scratch, "work"))).sort()).toEqual([
      "package.json",
      "plan.json",
    ]);
  });

  test("two passes of a film in one piece are two steps", async ({
    scratch,
  }) => {
    const options = {
      ...SMALL_LADDER,
      pieces: "off" as const,
      twoPass: true,
      reproducible: true,
    };
    const { path, tasks } = await planTasks(
      clip,
      { ...options, output: join(scratch, "out") },
      join(scratch, "work"),
    );
    expect(stepsOf(tasks).map(({ name }) => name)).toEqual([
      "pass first",
      "pass second",
    ]);
    await expect(runTask(path, 1)).rejects.toMatchObject({
      message: 'pass second: "pass first" is not done.',
      facts: { passing: true },
    });
    await runAllTasks(path);
    await packageTasks(path);
    await pack(clip, { ...options, output: join(scratch, "local") });
    expect(await hashesOf(join(scratch, "out"))).toEqual(
      await hashesOf(join(scratch, "local")),
    );
  });

  test("may be done twice at a time, and again: each attempt has its own place", async ({
    scratch,
  }) => {
    const { path } = await planTasks(
      clip,
      { ...SMALL_LADDER, output: join(scratch, "out") },
      join(scratch, "work"),
    );
    const twice = await Promise.all([runTask(path, 0), runTask(path, 0)]);
    expect(twice.map(({ wasDone }) => wasDone)).toEqual([false, false]);
    expect((await runTask(path, 0)).wasDone).toBe(true);
    await runAllTasks(path);
    await packageTasks(path);
    // Another try of a step, and of the package, long after: as if a machine came back.
    expect((await runTask(path, 5)).wasDone).toBe(true);
    expect(await packageTasks(path)).toEqual({
      manifest: join(scratch, "out", "clip.ism"),
    });
  });

  test("a step that is not done, and a file that is no longer what its step made, make no package", async ({
    scratch,
  }) => {
    const work = join(scratch, "work");
    const { path } = await planTasks(
      clip,
      { ...SMALL_LADDER, output: join(scratch, "out") },
      work,
    );
    await expect(packageTasks(path)).rejects.toMatchObject({
      code: "encode",
      message: 'clip: "sound" is not done.',
    });
    await runAllTasks(path);
    const places = await readdir(join(work, "steps"));
    const piece = places.find((name) => /^6-/.test(name)) ?? "";
    await appendFile(join(work, "steps", piece, "video-0-200.mp4"), "x");
    await expect(packageTasks(path)).rejects.toMatchObject({
      code: "output",
      message: "video-0-200.mp4: has other bytes than its step has written.",
    });
    expect(await readdir(scratch)).toEqual(["work"]);
  });

  test("a changed source and a changed plan are refused", async ({
    scratch,
  }) => {
    const film = join(scratch, "film.mp4");
    await writeFile(film, await readFile(clip));
    const { path } = await planTasks(
      film,
      { ...SMALL_LADDER, output: join(scratch, "out") },
      join(scratch, "work"),
    );
    await utimes(film, 1000, 1000);
    await expect(runTask(path, 0)).rejects.toMatchObject({
      code: "input",
      message: `${film}: has changed since it was planned.`,
    });
    await writeFile(
      path,
      (await readFile(path, "utf8")).replace("120000", "130000"),
    );
    await expect(runTask(path, 0)).rejects.toMatchObject({
      message: `${path}: was changed since it was made.`,
    });
    await writeFile(path, "{}");
    await expect(readTaskPlan(path)).rejects.toMatchObject({
      message: `${path}: is no plan of tasks.`,
    });
  });

  test("the same plan again keeps what is done; another one begins anew, and so does a package that is gone", async ({
    scratch,
  }) => {
    const work = join(scratch, "work");
    const options = { ...SMALL_LADDER, output: join(scratch, "out") };
    const { path, tasks } = await planTasks(clip, options, work);
    await runTask(path, 0);
    expect((await planTasks(clip, options, work)).tasks.id).toBe(tasks.id);
    expect((await runTask(path, 0)).wasDone).toBe(true);
    const other = await planTasks(clip, { ...options, twoPass: true }, work);
    expect(other.tasks.id).not.toBe(tasks.id);
    expect((await runTask(path, 0)).wasDone).toBe(false);
    await runAllTasks(path);
    await packageTasks(path);
    expect(
      (await planTasks(clip, { ...options, twoPass: true }, work)).isDone,
    ).toBe(true);
    await rm(join(scratch, "out"), { recursive: true });
    expect(
      (await planTasks(clip, { ...options, twoPass: true }, work)).isDone,
    ).toBe(false);
    expect((await runTask(path, 0)).wasDone).toBe(false);
  });

  test("what cannot be shared is refused in a sentence", async ({
    scratch,
  }) => {
    const output = join(scratch, "out");
    const refused = (options: object, input = clip) =>
      planTasks(
        input,
        { ...SMALL_LADDER, output, ...options },
        join(scratch, "work"),
      );
    await expect(refused({ resume: true })).rejects.toMatchObject({
      code: "usage",
    });
    await expect(
      refused({}, "https://example.com/film.mp4?key=1"),
    ).rejects.toMatchObject({
      code: "usage",
    });
    expect(await readdir(scratch)).toEqual([]);
  });
});

describe("mss-pack task", () => {
  const planned = async (scratch: string, work = join(scratch, "work")) => {
    const { exitCode, stderr } = await mssPack([
      ...["plan", clip, "-o", join(scratch, "out"), "--work", work],
      ...SMALL_LADDER_FLAGS,
    ]);
    expect(stderr).toContain("steps 0 to 2");
    expect(exitCode).toBe(0);
    return join(work, "plan.json");
  };

  test.skipIf(process.getuid?.() !== 0)(
    "a full disk is exit 75, and the next try goes on",
    async ({ scratch }) => {
      const disk = new SmallDisk(2_000_000);
      try {
        const plan = await planned(scratch, disk.path);
        disk.fill();
        const full = await mssPack(["task", plan, "0"]);
        expect(full.stderr).toMatch(/\(passing, exit code 75\)/);
        expect(full.exitCode).toBe(75);
        disk.empty();
        const next = await mssPack(["task", plan, "0"]);
        expect(next.exitCode).toBe(0);
        expect((await readdir(disk.path)).sort()).toEqual([
          "plan.json",
          "steps",
        ]);
      } finally {
        disk.remove();
      }
    },
  );

  test("a step that is stopped from outside is exit 75 and leaves nothing", async ({
    scratch,
  }) => {
    const long = join(scratch, "long.mp4");
    await makeClip(long, { size: "640x360", seconds: 60 });
    const { path } = await planTasks(
      long,
      {
        output: join(scratch, "out"),
        rungs: ["640x360:900k"],
        encoderPreset: "veryslow",
        pieces: 60,
        crf: 20,
      },
      join(scratch, "work"),
    );
    const stopped = await mssPack(["task", path, "0"], {
      onStart: async (child) => {
        await untilAt(join(scratch, "work"), /step/);
        child.kill("SIGTERM");
      },
    });
    expect(stopped.exitCode).toBe(75);
    expect(await readdir(join(scratch, "work"))).toEqual(["plan.json"]);
  });
});

/** Waits until a folder has a name. */
async function untilAt(place: string, name: RegExp): Promise<void> {
  for (;;) {
    const names = await readdir(place);
    if (names.some((each) => name.test(each))) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
