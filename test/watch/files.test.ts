import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { candidates } from "../../src/watch/candidates.js";
import { moveInto } from "../../src/watch/move.js";
import { test } from "../support/scratch-folder.js";

describe("of a watch folder", () => {
  test("films are seen, in the order people count", async ({ scratch }) => {
    await mkdir(join(scratch, "done"));
    for (const name of ["take-10.mp4", "take-2.mov", "notes.txt"])
      await writeFile(join(scratch, name), name);
    const seen = await candidates(scratch);
    expect(seen.map(({ name, size }) => [name, size])).toEqual([
      ["notes.txt", 9],
      ["take-2.mov", 10],
      ["take-10.mp4", 11],
    ]);
  });

  test("names of what is hidden or not finished are not", async ({
    scratch,
  }) => {
    const names = [
      ".film.mp4",
      ".mss-pack-tmp-host-1-abc",
      "film.mp4.part",
      "film.mp4.crdownload",
      "film.mp4.filepart",
      "film.tmp",
      "film.mp4~",
      "~film.mp4",
      "film.mp4.error.json",
      "Thumbs.db",
    ];
    for (const name of names) await writeFile(join(scratch, name), "");
    expect(await candidates(scratch)).toEqual([]);
  });
});

describe("a file that is put away", () => {
  test("replaces nothing: a number is added", async ({ scratch }) => {
    const done = join(scratch, "done");
    await mkdir(done);
    await writeFile(join(done, "film.mp4"), "first");
    await writeFile(join(done, "film-2.mp4"), "second");
    await writeFile(join(scratch, "film.mp4"), "third");
    const to = await moveInto(join(scratch, "film.mp4"), done);
    expect(to).toBe(join(done, "film-3.mp4"));
    expect(await readFile(to, "utf8")).toBe("third");
    expect(await readFile(join(done, "film.mp4"), "utf8")).toBe("first");
    expect(await readdir(scratch)).toEqual(["done"]);
  });
});
