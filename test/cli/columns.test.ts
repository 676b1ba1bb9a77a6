import { expect, test } from "vitest";
import {
  columns,
  cutEnd,
  fitPath,
  padEnd,
  shortened,
} from "../../src/cli/columns.js";
import { planTable } from "../../src/cli/plan-text.js";

test("a sentence that is too long keeps its beginning, which says what it is about", () => {
  expect(cutEnd("Watched 1:00:00", 15)).toBe("Watched 1:00:00");
  expect(cutEnd("Watched 1:00:00", 10)).toBe("Watched 1…");
  expect(cutEnd("見た 1:00", 4)).toBe("見…");
});

test("a path that is too long keeps its end, and is filled up to its column", () => {
  expect(fitPath("films/heron", 6)).toBe("…heron");
  expect(fitPath("films/見", 5)).toBe("…s/見");
  expect(fitPath("heron", 7)).toBe("heron  ");
});

test("a character with its marks is one, and so is a family of pictographs", () => {
  const joined = "Pr\u030ci\u0301be\u030ch";
  expect(columns(joined)).toBe(6);
  expect(padEnd(joined, 8)).toBe(`${joined}  `);
  expect(columns("👩‍👩‍👧.mp4")).toBe(6);
  expect(shortened(joined, 4)).toBe("…be\u030ch");
});

test("the table of a plan keeps its columns beside wide names", () => {
  const film = (input: string) => ({
    ...{ input, name: input, state: "refused" as const, seconds: 0 },
    ...{ code: "input", exit: 3, message: "is empty." },
  });
  const sums = { total: 2, planned: 0, skipped: 0, refused: 2, stopped: 0 };
  const items = [film("映画.mp4"), film("a.mp4")];
  const report = { ...sums, durationSeconds: 0, bytes: 0, items };
  const rows = planTable(report as never).split("\n");
  const starts = rows.map((row) =>
    columns(row.slice(0, row.indexOf("refused"))),
  );
  expect(starts[1]).toBe(starts[2]);
});
