import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tempFolder } from "../support/temp.js";
import { CORPUS } from "./corpus.js";
import { runRow } from "./run-row.js";

const folder = tempFolder();

for (const { title, rows } of CORPUS)
  describe(title, () => {
    for (const row of rows)
      test.concurrent(`${row.class}: ${row.name}`, async () => {
        await runRow(row, mkdtempSync(join(folder, "row-")));
      });
  });

test("the corpus holds at least 40 distinct inputs", () => {
  const names = CORPUS.flatMap(({ rows }) => rows.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(40);
});
