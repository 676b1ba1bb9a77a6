import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonLines, mssPack, type CliOptions } from "../support/cli.js";
import { filmMaker, notFilm, QUICK_FLAGS } from "../support/films.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const films = await filmMaker(folder);

const NOW = ["--settle", "0", "--poll", "0.1"];
const watch = (
  name: string,
  more: readonly string[],
  options: CliOptions = {},
) =>
  mssPack(["watch", "in", "-o", "out", ...NOW, ...QUICK_FLAGS, ...more], {
    cwd: join(folder, name),
    ...options,
  });
const filesIn = (...path: string[]) =>
  readdirSync(join(folder, ...path)).sort();

test("--once sorts what is there and ends like a batch, report and all", async () => {
  films("sort/in/film.mp4");
  notFilm(join(folder, "sort", "in", "text.mp4"));
  const { exitCode, stderr, stdout } = await watch("sort", [
    "--once",
    "--json",
    "--report",
    "report.json",
  ]);
  const lines = jsonLines(stdout);
  expect(lines).toContainEqual({
    type: "moved",
    input: join("in", "film.mp4"),
    item: 1,
    to: join("in", "done", "film.mp4"),
  });
  expect(lines.at(-2)).toMatchObject({
    type: "batch",
    exit: 6,
    done: 1,
    failed: 1,
  });
  expect(stderr).toContain("mss-pack: 1 of 2 inputs failed.");
  expect(exitCode).toBe(6);
  expect(filesIn("sort", "in", "failed")).toEqual([
    "text.mp4",
    "text.mp4.error.json",
  ]);
  expect(existsSync(join(folder, "sort", "report.json"))).toBe(true);
});

describe.skipIf(process.platform === "win32")("a watch that ends", () => {
  test("by Ctrl-C says so, with exit code 130, though nothing was cut short", async () => {
    films("ctrl-c/in/film.mp4");
    let isAsked = false; // a second one would end the process at once
    const { exitCode, stderr } = await watch("ctrl-c", [], {
      onStderr: (text, child) => {
        if (text.includes("moved to") && !isAsked) child.kill("SIGINT");
        isAsked ||= text.includes("moved to");
      },
    });
    expect(stderr).toContain("Watching in, Ctrl-C ends it.");
    expect(stderr).toContain("mss-pack: The watch was ended.");
    expect(exitCode).toBe(130);
  });

  test("tells before that, when SIGUSR1 asks, that there is nothing to do", async () => {
    mkdirSync(join(folder, "idle", "in"), { recursive: true });
    const asked = new Set<string>();
    const { stderr } = await watch("idle", [], {
      onStderr(text, child) {
        const isAnswered = text.includes("no input is worked on.");
        const signal = isAnswered ? "SIGINT" : "SIGUSR1";
        if (!asked.has(signal)) child.kill(signal);
        asked.add(signal);
      },
    });
    expect(stderr).toContain("mss-pack: no input is worked on.");
  });

  test("by a kill in the middle of the work costs nothing: the next one does it", async () => {
    films("killed/in/film.mp4");
    await watch("killed", ["--json"], {
      onStart: (child) =>
        child.stdout?.on("data", (text: string) => {
          if (text.includes('"progress"')) child.kill("SIGKILL");
        }),
    });
    expect(filesIn("killed", "in")).toContain("film.mp4");
    const { exitCode } = await watch("killed", ["--once"]);
    expect(exitCode).toBe(0);
    expect(filesIn("killed", "in", "done")).toEqual(["film.mp4"]);
    expect(filesIn("killed", "out")).toEqual([
      "film.ism",
      "film.ismc",
      "film_60.ismv",
      "film_und_128.isma",
    ]);
  });
});

describe("is a wrong command line", () => {
  test.each([
    ["--name", ["--name", "film"], "--name does not go with watch"],
    [
      "--report without --once",
      ["--report", "r.json"],
      "--report goes with watch --once only",
    ],
    ["a settling time that is none", ["--settle", "soon"], "Expected seconds"],
  ])("%s", async (_, more, sentence) => {
    mkdirSync(join(folder, "wrong", "in"), { recursive: true });
    const { exitCode, stderr } = await watch("wrong", more);
    expect(stderr).toContain(sentence);
    expect(exitCode).toBe(2);
  });
});
