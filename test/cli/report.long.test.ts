import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeClip } from "../support/clip.js";
import { mssPack } from "../support/cli.js";
import { filmMaker, notFilm, QUICK_FLAGS } from "../support/films.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const films = await filmMaker(folder);
films("film.mp4");
notFilm(join(folder, "broken.mp4"));

const run = (...args: string[]) =>
  mssPack([...args, ...QUICK_FLAGS, "--report", "report.json"], {
    cwd: folder,
  });
const reportText = () => readFileSync(join(folder, "report.json"), "utf8");
const report = () => JSON.parse(reportText()) as unknown;

describe("--report", () => {
  test("holds each input with its state, reason, manifest, seconds and bytes", async () => {
    await run("film.mp4", "broken.mp4", "-o", "out");
    expect(report()).toMatchObject({
      type: "batch",
      exit: 6,
      ...{ total: 2, done: 1, skipped: 0, failed: 1, stopped: 0 },
      error: { code: "batch" },
      items: [
        {
          input: "film.mp4",
          state: "done",
          manifest: join(folder, "out", "film.ism"),
          bytes: expect.any(Number) as number,
          seconds: expect.any(Number) as number,
          notes: [],
        },
        {
          input: "broken.mp4",
          state: "failed",
          code: "input",
          exit: 3,
          message: expect.stringContaining("is not a media file") as string,
          hint: expect.any(String) as string,
        },
      ],
    });
    expect(readdirSync(folder).filter((name) => name.endsWith(".new"))).toEqual(
      [],
    );
  });

  test("is written for one input, good or not, in the same form", async () => {
    expect((await run("film.mp4", "-o", "one")).exitCode).toBe(0);
    expect(report()).toMatchObject({
      exit: 0,
      done: 1,
      items: [{ state: "done" }],
    });
    expect((await run("broken.mp4", "-o", "one")).exitCode).toBe(3);
    expect(report()).toMatchObject({
      exit: 3,
      failed: 1,
      items: [{ code: "input" }],
    });
  });

  test("replaces an older one also when nothing could begin: it must not be believed", async () => {
    writeFileSync(join(folder, "report.json"), '{"exit":0}');
    await run("film.mp4", "broken.mp4", "-o", "x", "--preset", "hd");
    expect(report()).toMatchObject({
      exit: 2,
      error: { code: "preset" },
      items: [],
    });
  });

  test.skipIf(process.platform === "win32")(
    "is written after Ctrl-C: what is done, and what is not",
    async () => {
      await makeClip(join(folder, "long.mp4"), {
        size: "1280x720",
        seconds: 20,
      });
      const { exitCode } = await mssPack(
        [
          ...["film.mp4", "long.mp4", "-o", "stopped"],
          ...[
            "--encoder-preset",
            "veryslow",
            "--json",
            "--report",
            "report.json",
          ],
        ],
        {
          cwd: folder,
          onStart: (child) =>
            child.stdout?.on("data", (text: string) => {
              if (text.includes('"plan","input":"long.mp4"'))
                child.kill("SIGINT");
            }),
        },
      );
      expect(exitCode).toBe(130);
      expect(report()).toMatchObject({
        exit: 130,
        items: [{ state: "done" }, { input: "long.mp4", state: "stopped" }],
      });
    },
  );

  test.each([
    ["nowhere/report.json", "a folder that exists"],
    ["film.mp4", "a name that ends with .json"],
    [".", "a name that ends with .json"],
  ])("is refused as %s before the work", async (path, sentence) => {
    const { exitCode, stderr } = await mssPack(
      ["film.mp4", "-o", "x", "--report", path],
      { cwd: folder },
    );
    expect(stderr).toContain(sentence);
    expect(exitCode).toBe(2);
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  const KEY = "c4a5c4a5-0000-4000-8000-00000000c4a5";
  const PROTECT = ["--protect", "playready", "--la-url", "https://example.com"];
  test.each([
    ["--keys-out", ["--generate-keys", "--keys-out", "kept.json"]],
    ["--keys-out", ["--generate-keys", "--keys-out", "kept.json.new"]],
    ["--key-file", ["--key-file", "kept.json"]],
    ["--cpix", ["--cpix", "kept.json"]],
    [
      "--cpix-private-key",
      ["--cpix", "a.cpix", "--cpix-private-key", "kept.json"],
    ],
    ["--key-seed-file", ["--key-seed-file", "kept.json", "--kid", KEY]],
  ])("never replaces the file of %s", async (option, flags) => {
    writeFileSync(join(folder, "kept.json"), "kept", { mode: 0o600 });
    symlinkSync(folder, join(folder, "same"), "junction");
    const before = readdirSync(folder);
    const args = ["film.mp4", "-o", "x", ...QUICK_FLAGS, ...PROTECT, ...flags];
    for (const path of ["kept.json", join("same", "kept.json")]) {
      const { exitCode, stderr } = await mssPack([...args, "--report", path], {
        cwd: folder,
      });
      expect(stderr).toContain(`a file of its own, not that of ${option}.`);
      expect(exitCode).toBe(2);
    }
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(join(folder, "kept.json"), "utf8")).toBe("kept");
    rmSync(join(folder, "same"));
  });
});
