import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { makeClip } from "../support/clip.js";
import { mssPack } from "../support/cli.js";
import { describeReader } from "../support/programs.js";
import { receiver } from "../support/receiver.js";
import { fakeProgram, test } from "../support/scratch-folder.js";
import { missingForRedis } from "../servers/redis.js";
import { SMALL_LADDER_FLAGS } from "../tasks/films.js";
import { Farm, STORES } from "./farm.js";

const redis = STORES.find(({ name }) => name === "Redis");

describeReader("what follows on a film of the queue", missingForRedis, () => {
  test("--on-done gets the package, and --notify the end, with what the program could not do", async ({
    scratch,
  }) => {
    if (redis === undefined) throw new Error("no Redis");
    const clip = await makeClip(join(scratch, "clip.mp4"), { seconds: 9 });
    const program = await fakeProgram(
      scratch,
      "upload.sh",
      `echo "$1" >${scratch}/called; cat >>${scratch}/called; exit 3`,
    );
    const { received, origin } = await receiver([]);
    const farm = await Farm.start(redis, scratch);
    const worker = await farm.worker();
    const follow = ["--notify", origin, "--on-done", program];
    const waited = await farm.submit(
      ...([clip, ...SMALL_LADDER_FLAGS, "--wait", ...follow] as const),
    );
    expect(await worker.end("SIGTERM")).toBe(0);
    const note = "--on-done: upload.sh ended with exit code 3.";
    expect(waited.stderr).toContain(`note: ${note}`);
    expect(waited.exitCode).toBe(0);
    const manifest = join(farm.output, "clip.ism");
    const [path, line = ""] = (
      await readFile(join(scratch, "called"), "utf8")
    ).split("\n");
    expect(path).toBe(manifest);
    const end = { type: "film", state: "done", manifest };
    expect(JSON.parse(line)).toMatchObject(end);
    const [told] = received;
    expect(JSON.parse(told?.body ?? "")).toMatchObject({
      ...end,
      notes: [note],
    });
    expect(received).toHaveLength(1);
  });
});

test("without --wait nothing can follow", async ({ scratch }) => {
  const { stderr, exitCode } = await mssPack([
    ...["submit", "film.mp4", "-o", scratch],
    ...["--redis", "redis://127.0.0.1:1", "--notify", "http://127.0.0.1:1/"],
  ]);
  expect(stderr).toContain(
    "--notify is given, and no --wait. Expected both: submit ends before the film does.",
  );
  expect(exitCode).toBe(2);
});
