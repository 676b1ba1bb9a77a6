import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect } from "vitest";
import { pack } from "../../src/index.js";
import { EndedError, until } from "../servers/until.js";
import { makeClip } from "../support/clip.js";
import { jsonLines } from "../support/cli.js";
import { namesIn, programsWith, randomNumbers } from "../support/crashes.js";
import { describeReader } from "../support/programs.js";
import { test } from "../support/scratch-folder.js";
import { CAN_MOUNT, SmallDisk } from "../support/small-disk.js";
import { tempFolder } from "../support/temp.js";
import { hashesOf, SMALL_LADDER, SMALL_LADDER_FLAGS } from "../tasks/films.js";
import { Farm, heldFfmpeg, STORES, type FarmWorker } from "./farm.js";

for (const store of STORES)
  describeReader(`workers of ${store.name}`, store.missing, () => {
    const folder = tempFolder();
    const clip = join(folder, "clip.mp4");
    let whole: Record<string, string>;
    beforeAll(async () => {
      await makeClip(clip, { seconds: 26 });
      await pack(clip, { ...SMALL_LADDER, output: join(folder, "local") });
      whole = await hashesOf(join(folder, "local"));
    });

    async function begun(scratch: string): Promise<Farm> {
      const farm = await Farm.start(store, scratch);
      const { exitCode } = await farm.submit(clip, ...SMALL_LADDER_FLAGS);
      expect(exitCode).toBe(0);
      return farm;
    }

    /** The same package, and nothing else: each step is counted once. */
    async function expectWhole(farm: Farm): Promise<void> {
      const { stderr } = await farm.submit(
        ...[clip, ...SMALL_LADDER_FLAGS, "--wait"],
      );
      expect(stderr).toMatch(/: done, .*\n$|packaged already/);
      expect(await farm.films()).toMatchObject([
        { state: "done", done: 9, steps: 9 },
      ]);
      expect(await hashesOf(farm.output)).toEqual(whole);
      expect(farm.leftovers()).toEqual([]);
    }

    test("one that is killed leaves no ffmpeg, and another does its step", async ({
      scratch,
    }) => {
      const farm = await begun(scratch);
      const held = await heldFfmpeg(scratch);
      const lost = await farm.worker([], held.env);
      await held.reached();
      expect(programsWith(farm.work)).not.toEqual([]);
      await lost.end("SIGKILL");
      await until("the end of its ffmpeg", () =>
        Promise.resolve(programsWith(farm.work).length === 0 || undefined),
      );
      const other = await farm.worker();
      await expectWhole(farm);
      expect(await other.end("SIGTERM")).toBe(0);
    });

    test("one that stands still for longer than its lock is done without, and does no harm when it wakes", async ({
      scratch,
    }) => {
      const farm = await begun(scratch);
      const held = await heldFfmpeg(scratch);
      const asleep = await farm.worker([], held.env);
      await held.reached();
      const { step } = await asleep.told("begun", 5);
      asleep.signal("SIGSTOP");
      const other = await farm.worker();
      await other.told("done", step);
      await held.letGo();
      asleep.signal("SIGCONT");
      await expectWhole(farm);
      for (const worker of [asleep, other])
        expect(await worker.end("SIGTERM")).toBe(0);
    });

    test("one that is told to end gives its step back, which costs no try", async ({
      scratch,
    }) => {
      const farm = await begun(scratch);
      const held = await heldFfmpeg(scratch);
      const ending = await farm.worker([], held.env);
      await held.reached();
      expect(await ending.end("SIGTERM")).toBe(0);
      const given = ending.tasks().at(-1);
      expect(given?.state).toBe("given back");
      expect(programsWith(farm.work)).toEqual([]);
      const other = await farm.worker();
      await expectWhole(farm);
      const states = other
        .tasks()
        .filter(({ step }) => step === given?.step)
        .map(({ state }) => state);
      expect(states).toEqual(["begun", "done"]);
    });

    test("a server that is killed and comes back loses nothing", async ({
      scratch,
    }) => {
      const farm = await begun(scratch);
      const held = await heldFfmpeg(scratch);
      const worker = await farm.worker([], held.env);
      await held.reached();
      await farm.server.kill();
      await held.letGo();
      await until("its step", () =>
        Promise.resolve(
          namesIn(join(farm.work, namesIn(farm.work)[0] ?? "", "steps"))
            .join()
            .includes("5.json") || undefined,
        ),
      );
      await farm.server.restart();
      await expectWhole(farm);
      expect(await worker.end("SIGTERM")).toBe(0);
    });

    test.skipIf(!CAN_MOUNT)(
      "a disk that is full for a while costs tries (skipped unless root may mount a small one)",
      async ({ scratch }) => {
        const disk = new SmallDisk(8_000_000);
        try {
          const farm = await Farm.start(store, scratch);
          const work = join(disk.path, "work");
          await mkdir(work);
          const flags = [...SMALL_LADDER_FLAGS, "--work", work];
          const args = [clip, "-o", farm.output, ...flags];
          await farm.run("submit", ...args);
          disk.fill(60_000);
          const worker = await farm.worker();
          const { message } = await worker.told("again");
          expect(message).toMatch(/no space left|disk is full/i);
          disk.empty();
          const { exitCode } = await farm.run("submit", ...args, "--wait");
          expect(exitCode).toBe(0);
          expect(await hashesOf(farm.output)).toEqual(whole);
          const [film = ""] = namesIn(work);
          expect(namesIn(join(work, film))).toEqual([
            ...["package.json", "plan.json"],
          ]);
        } finally {
          disk.remove();
        }
      },
    );

    test("workers that are killed at any moment make the same film", async ({
      scratch,
    }) => {
      const farm = await begun(scratch);
      const random = randomNumbers(7);
      const victims: FarmWorker[] = [];
      for (let i = 0; i < 6; i++) {
        const victim = await farm.worker();
        victims.push(victim);
        // Most die in the first step that they begin, which is often the same one.
        const patience = i < 4 ? 1 : 1 + Math.floor(random() * 3);
        await until("tasks, or the end", async () => {
          const count = victim
            .tasks()
            .filter(({ state }) => state === "begun").length;
          if (count >= patience) return true;
          const [film] = await farm.films();
          if (film?.["state"] === "failed")
            throw new EndedError(JSON.stringify(film));
          return film?.["state"] === "done" || undefined;
        });
        await victim.end("SIGKILL");
      }
      await farm.worker();
      await expectWhole(farm);
    });
  });

describeReader("a queue", STORES[0]?.missing ?? [], () => {
  test("with no server says so in a sentence, and that it may pass", async ({
    scratch,
  }) => {
    const store = STORES[0];
    if (store === undefined) throw new Error("no store");
    const farm = await Farm.start(store, scratch);
    await farm.server.stop();
    const { exitCode, stderr, stdout } = await farm.run("jobs", "--json");
    expect(exitCode).toBe(75);
    expect(stderr).toMatch(/^mss-pack: Redis at 127\.0\.0\.1:\d+: does not/);
    expect(jsonLines(stdout)).toMatchObject([
      { type: "error", code: "passing", exit: 75 },
    ]);
  });
});
