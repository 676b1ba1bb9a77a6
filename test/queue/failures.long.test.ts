import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect } from "vitest";
import { Redis } from "ioredis";
import { missingForRedis, startRedis } from "../servers/redis.js";
import { until } from "../servers/until.js";
import { makeClip } from "../support/clip.js";
import { jsonLines } from "../support/cli.js";
import { programsWith } from "../support/crashes.js";
import { describeReader, tools } from "../support/programs.js";
import { fakeProgram, test } from "../support/scratch-folder.js";
import { tempFolder } from "../support/temp.js";
import { SMALL_LADDER_FLAGS } from "../tasks/films.js";
import { Farm, heldFfmpeg, STORES } from "./farm.js";

const folder = tempFolder();
const clip = join(folder, "clip.mp4");
beforeAll(() => makeClip(clip, { seconds: 26 }));

for (const store of STORES)
  describeReader(`films of ${store.name}`, store.missing, () => {
    test("fail with a piece that cannot be encoded, in words, and keep the others", async ({
      scratch,
    }) => {
      const farm = await Farm.start(store, scratch);
      const bad = await farm.worker([], await badFfmpeg(scratch));
      const args = [clip, ...SMALL_LADDER_FLAGS, "--wait"] as const;
      const failed = await farm.submit(...args, "--json");
      expect(failed.exitCode).toBe(4);
      expect(jsonLines(failed.stdout).at(-1)).toMatchObject({
        ...{ type: "error", code: "encode", exit: 4 },
        message: expect.stringContaining("This piece is not for me.") as string,
      });
      expect(failed.stderr).toContain("keeps the steps that are done");
      expect(await farm.films()).toMatchObject([
        {
          state: "failed",
          failure: {
            code: "encode",
            message: expect.stringContaining(
              "This piece is not for me.",
            ) as string,
          },
        },
      ]);
      const { stdout } = await farm.run("jobs");
      expect(stdout).toMatch(/ failed .*clip\.mp4\n {2}[^]*not for me/);
      // A fault that stays is not tried again.
      const ends = bad.tasks().filter(({ step }) => step === 6);
      expect(ends.map(({ state }) => state)).toEqual(["begun", "failed"]);
      expect(await bad.end("SIGTERM")).toBe(0);
      expect(farm.leftovers()).toEqual([]);

      const before = stepsDone(bad.tasks());
      const good = await farm.worker();
      const again = await farm.submit(...args);
      expect(again.stderr).toContain("what is done is kept");
      expect(again.exitCode).toBe(0);
      const twice = stepsDone(good.tasks()).filter((step) =>
        before.includes(step),
      );
      expect(twice).toEqual(["open"]);
      expect(farm.leftovers()).toEqual([]);
    });

    test("are cancelled: the ffmpeg of a worker ends, and it goes on with the next", async ({
      scratch,
    }) => {
      const farm = await Farm.start(store, scratch);
      const held = await heldFfmpeg(scratch);
      await farm.submit(clip, ...SMALL_LADDER_FLAGS);
      const worker = await farm.worker([], held.env);
      await held.reached();
      const [film] = await farm.films();
      expect(film).toMatchObject({ state: "running" });
      const id = String(film?.["id"]).slice(0, 12);
      const { stdout, exitCode } = await farm.run("cancel", id, "--json");
      expect(exitCode).toBe(0);
      expect(jsonLines(stdout)).toEqual([
        { type: "cancelled", id: film?.["id"], input: clip },
      ]);
      expect(await farm.films()).toEqual([]);
      await until("the end of its ffmpeg", () =>
        Promise.resolve(programsWith(farm.work).length === 0 || undefined),
      );
      expect(farm.leftovers()).toEqual([]);
      await held.letGo();
      const done = await farm.submit(clip, ...SMALL_LADDER_FLAGS, "--wait");
      expect(done.exitCode).toBe(0);
      expect(await worker.end("SIGTERM")).toBe(0);
      const unknown = await farm.run("cancel", "ffffffff");
      expect(unknown.exitCode).toBe(2);
    });
  });

describeReader("a farm", missingForRedis, () => {
  test("takes films by their priority", async ({ scratch }) => {
    const farm = await Farm.start(redis(), scratch);
    const films = ["late", "soon", "usual"].map((name) =>
      join(scratch, `${name}.mp4`),
    );
    const flags = ["--rung", "160x90:60k", "--encoder-preset", "ultrafast"];
    for (const film of films) await makeClip(film, { seconds: 1 });
    const [late = "", soon = "", usual = ""] = films;
    await farm.submit(late, ...flags, "--priority", "500");
    await farm.submit(usual, ...flags);
    await farm.submit(soon, ...flags, "--priority", "1");
    const worker = await farm.worker();
    for (const film of films) {
      const { exitCode } = await farm.submit(film, ...flags, "--wait");
      expect(exitCode).toBe(0);
    }
    const opened = worker
      .tasks()
      .filter(({ step, state }) => step === "open" && state === "begun");
    expect(opened.map(({ input }) => input)).toEqual([soon, usual, late]);
  });

  test("refuses a worker whose ffmpeg is another, and says so", async ({
    scratch,
  }) => {
    const farm = await Farm.start(redis(), scratch);
    await farm.submit(clip, ...SMALL_LADDER_FLAGS);
    const { ffmpeg, ffprobe } = await tools();
    const other = await fakeProgram(
      scratch,
      "other-ffmpeg",
      `{ '${ffmpeg.path}' "$@" 2>&1 1>&3 | sed 's/^ffmpeg version [^ ]*/ffmpeg version 99.9/' >&2; } 3>&1`,
    );
    const env = { FFMPEG_PATH: other, FFPROBE_PATH: ffprobe.path };
    const worker = await farm.worker([], env);
    const { message } = await worker.told("again", 0);
    expect(message).toMatch(/99\.9.*Expected the same on every machine/);
    await worker.end("SIGTERM");
    await farm.worker();
    const { exitCode } = await farm.submit(
      ...[clip, ...SMALL_LADDER_FLAGS, "--wait"],
    );
    expect(exitCode).toBe(0);
  });

  test("shows the password of its server nowhere", async ({ scratch }) => {
    const password = "geheim%wort";
    const farm = await Farm.start(
      { ...redis(), start: (place) => startRedis(place, { password }) },
      scratch,
    );
    const held = await heldFfmpeg(scratch);
    const submitted = await farm.submit(clip, ...SMALL_LADDER_FLAGS, "--json");
    const worker = await farm.worker(["--metrics", "0"], held.env);
    await held.reached();
    const tasks = await Promise.all(
      programsWith(farm.work).map((pid) =>
        readFile(`/proc/${pid}/environ`, "utf8"),
      ),
    );
    expect(tasks.length).toBeGreaterThan(0);
    const { metricsUrl } = jsonLines(worker.words())[0] ?? {};
    const figures = await (await fetch(String(metricsUrl))).text();
    await farm.server.kill();
    const away = await farm.run("jobs", "--json", "--debug");
    await farm.server.restart();
    const everything = [
      ...[submitted, away].map(({ stdout, stderr }) => stdout + stderr),
      ...[worker.words(), figures, ...tasks],
      ...(await textsIn(farm.work)),
      await dumpOf(farm.server.url),
    ].join("\n");
    expect(everything).toContain(clip); // it was looked at
    for (const secret of [password, encodeURIComponent(password)])
      expect(everything).not.toContain(secret);
    const wrong = new URL(farm.server.url);
    wrong.password = "falsch-und-lang";
    const refused = await farm.run("jobs", "--debug", "--redis", wrong.href);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/refuses us \(WRONGPASS/);
    expect(refused.stderr).not.toContain(wrong.password);
  });
});

function redis() {
  const [store] = STORES;
  if (store === undefined) throw new Error("no store");
  return store;
}

/** Fails at the second piece. */
async function badFfmpeg(scratch: string): Promise<Record<string, string>> {
  const { ffmpeg, ffprobe } = await tools();
  const path = await fakeProgram(
    scratch,
    "bad-ffmpeg",
    `case "$*" in *libx264*video-0-200*) echo 'This piece is not for me.' >&2; exit 1;; esac`,
    `exec '${ffmpeg.path}' "$@"`,
  );
  return { FFMPEG_PATH: path, FFPROBE_PATH: ffprobe.path };
}

function stepsDone(
  tasks: readonly { readonly step: unknown; readonly state: string }[],
): string[] {
  return tasks
    .filter(({ state }) => state === "done")
    .map(({ step }) => String(step));
}

async function textsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const texts = names.filter((name) => name.endsWith(".json"));
  return Promise.all(texts.map((name) => readFile(join(folder, name), "utf8")));
}

/** All that a Redis holds. */
async function dumpOf(url: string): Promise<string> {
  const client = new Redis(url);
  const keys = await client.keys("*");
  const values = await Promise.all(keys.map((key) => client.dumpBuffer(key)));
  client.disconnect();
  return values.map((value) => value.toString("latin1")).join("\n");
}
