import { expect, onTestFinished, test } from "vitest";
import {
  columns,
  cutEnd,
  fitPath,
  inOneOrTwo,
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

test("the name of a file goes below a line that the terminal would break", () => {
  expect(inOneOrTwo("  audio", "-> 映画.isma", 20)).toBe(
    "  audio -> 映画.isma",
  );
  expect(inOneOrTwo("  audio", "-> 映画.isma", 19)).toBe(
    "  audio\n            -> 映画.isma",
  );
});

test("the table of a plan cuts long reasons of refusals, which stand above it", () => {
  const { columns: before } = process.stdout;
  onTestFinished(() => void Object.assign(process.stdout, { columns: before }));
  Object.assign(process.stdout, { columns: 80 });
  const sums = { total: 1, planned: 0, skipped: 0, refused: 1, stopped: 0 };
  const message = "is not a media file that ffprobe can read. ".repeat(3);
  const film = { input: "映画.mp4", name: "映画", state: "refused" as const };
  const items = [{ ...film, seconds: 0, code: "input", exit: 3, message }];
  const report = { ...sums, durationSeconds: 0, bytes: 0, items };
  for (const row of planTable(report as never).split("\n"))
    expect(columns(row)).toBeLessThanOrEqual(80);
});
