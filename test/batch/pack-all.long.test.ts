import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packAll, PackError, type BatchOptions } from "../../src/index.js";
import { filmMaker, notFilm, QUICK } from "../support/films.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const films = await filmMaker(folder);
const [a = "", b = ""] = films("a.mp4", "b.mp4");
const broken = notFilm(join(folder, "broken.mp4"));

function options(out: string, more: Partial<BatchOptions> = {}): BatchOptions {
  return { output: join(folder, out), ...QUICK, ...more };
}

test("a film that fails does not keep the others from being packaged, and the report keeps the order", async () => {
  const report = await packAll([a, broken, b], options("goes-on"));
  expect(report).toMatchObject({ total: 3, done: 2, skipped: 0, failed: 1 });
  expect(report.items).toMatchObject([
    { input: a, name: "a", state: "done" },
    { input: broken, state: "failed", code: "input", exit: 3 },
    { input: b, state: "done", manifest: join(folder, "goes-on", "b.ism") },
  ]);
});

test("failFast begins nothing after a failure, and tells what was not begun", async () => {
  const report = await packAll(
    [broken, a],
    options("fail-fast", { failFast: true }),
  );
  expect(report).toMatchObject({ failed: 1, stopped: 1, done: 0 });
  expect(existsSync(join(folder, "fail-fast"))).toBe(false);
});

test("jobs are worked on at the same time, no more of them than wanted", async () => {
  const c = films("c.mp4");
  let running = 0;
  let most = 0;
  const report = await packAll(
    [a, b, ...c],
    options("jobs", {
      jobs: 2,
      onStart: () => (most = Math.max(most, ++running)),
      onEnd: () => running--,
    }),
  );
  expect(report.done).toBe(3);
  expect(most).toBe(2);
});

test("a file that is named twice is packaged once", async () => {
  const again = join(folder, ".", "sub", "..", "a.mp4");
  const report = await packAll([a, again], options("twice"));
  expect(report).toMatchObject({ total: 1, done: 1 });
});

test("inputs may be given names of their own", async () => {
  const [other = ""] = films("other/a.mp4");
  const inputs = [
    { path: a, name: "one" },
    { path: other, name: "two" },
  ];
  const report = await packAll(inputs, options("named"));
  expect(report.done).toBe(2);
  expect(readdirSync(join(folder, "named"))).toEqual(
    expect.arrayContaining(["one.ism", "two.ism"]),
  );
});

test("packages of one name lie apart in folders of their own", async () => {
  const [other = ""] = films("second/a.mp4");
  const inputs = [
    { path: a, folder: "first" },
    { path: other, folder: "second/deep" },
  ];
  const each = await packAll(inputs, options("apart", { folderEach: true }));
  expect(each.items).toMatchObject([
    { manifest: join(folder, "apart", "first", "a", "a.ism") },
    { manifest: join(folder, "apart", "second", "deep", "a", "a.ism") },
  ]);
  const plain = await packAll(inputs, options("apart"));
  expect(plain.items).toMatchObject([
    { manifest: join(folder, "apart", "first", "a.ism") },
    { manifest: join(folder, "apart", "second", "deep", "a.ism") },
  ]);
});

test.each(["../up", "/root", "a/../../up"])(
  "a folder that leads out of the output is refused: %s",
  async (out) => {
    const failing = packAll([{ path: a, folder: out }], options("never"));
    await expect(failing).rejects.toMatchObject({ code: "usage" });
  },
);

describe("before any work it is refused", () => {
  test.each([
    ["two packages of one name", ["x/film.mp4", "y/film.mov"], {}, "usage"],
    [
      "names that Windows takes for one",
      ["x/Film.mp4", "y/film.mov"],
      {},
      "usage",
    ],
    ["a preset that is not there", ["a.mp4"], { preset: "hd" }, "preset"],
    ["a wrong rung", ["a.mp4"], { rungs: ["hd"] }, "usage"],
    ["no jobs", ["a.mp4"], { jobs: 0 }, "usage"],
    ["no ffmpeg", ["a.mp4"], { ffmpegPath: "/nothing" }, "tool"],
    ["a file as output", ["a.mp4"], { output: a }, "usage"],
  ] as const)("%s", async (_, names, wrong, code) => {
    const started: string[] = [];
    const failing = packAll(
      names.map((name) => join(folder, name)),
      options("never", { ...wrong, onStart: ({ name }) => started.push(name) }),
    );
    await expect(failing).rejects.toThrow(PackError);
    await expect(failing).rejects.toMatchObject({ code });
    expect(started).toEqual([]);
  });

  test("with both names in the sentence", async () => {
    const failing = packAll(["x/film.mp4", "y/film.mov"], options("never"));
    await expect(failing).rejects.toThrow(
      'x/film.mp4 and y/film.mov would both become the package "film".',
    );
  });
});

test("stopped in the middle, the film in work and those behind it count as stopped, and nothing is left", async () => {
  const stop = new AbortController();
  const report = await packAll(
    [a, b],
    options("aborted", { signal: stop.signal, onPlan: () => stop.abort() }),
  );
  expect(report).toMatchObject({ total: 2, stopped: 2, failed: 0 });
  expect(existsSync(join(folder, "aborted"))).toBe(false);
});
