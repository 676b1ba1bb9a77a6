import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CORPUS } from "./corpus.js";

const DOC = new URL("../../docs/inputs.md", import.meta.url);

/** The lines of the tables: what kind of input, and what it is tested by. */
const lines = readFileSync(DOC, "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter(([, input = "---"]) => !/^(?:-+|Input)$/.test(input))
  .map(([, input = "", , testedBy = ""]) => ({ input, testedBy }));

test("docs/inputs.md lists the classes of the corpus, and no others as tested by it", () => {
  const classes = CORPUS.flatMap(({ rows }) => rows.map((row) => row.class));
  const listed = lines.filter(({ testedBy }) => testedBy === "corpus");
  expect(listed.map(({ input }) => input).sort()).toEqual(
    [...new Set(classes)].sort(),
  );
});

test("every other line of docs/inputs.md names a test that there is", () => {
  for (const { input, testedBy } of lines) {
    if (testedBy === "corpus") continue;
    const path = /\]\((.+\.test\.ts)\)$/.exec(testedBy)?.[1] ?? "none";
    expect(
      existsSync(fileURLToPath(new URL(path, DOC))),
      `${input}: ${path}`,
    ).toBe(true);
  }
});

test("the corpus holds at least 40 distinct inputs", () => {
  const names = CORPUS.flatMap(({ rows }) => rows.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(40);
});
