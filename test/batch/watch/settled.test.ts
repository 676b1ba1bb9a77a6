import { expect, test } from "vitest";
import { settleTable, type FileState } from "../../../src/batch/watch/queue.js";

const film = (size: number, changedMs = 0): FileState => ({
  name: "film.mp4",
  size,
  changedMs,
});

test("a file is finished when it has stayed the same for the whole time", () => {
  const table = settleTable(5000);
  expect(table.look([film(1)], 0)).toEqual([]);
  expect(table.look([film(1)], 4999)).toEqual([]);
  expect(table.look([film(1)], 5000)).toEqual(["film.mp4"]);
});

test.each([
  ["grows", film(2)],
  ["is written anew with the same size", film(1, 7)],
])("the time begins again when it %s", (_, changed) => {
  const table = settleTable(5000);
  table.look([film(1)], 0);
  expect(table.look([changed], 4000)).toEqual([]);
  expect(table.hasGrown("film.mp4")).toBe(true);
  expect(table.look([changed], 8999)).toEqual([]);
  expect(table.look([changed], 9000)).toEqual(["film.mp4"]);
});

test("the time begins again when it was away, as on a copy that is tried again", () => {
  const table = settleTable(5000);
  table.look([film(1)], 0);
  table.look([], 3000);
  expect(table.look([film(1)], 6000)).toEqual([]);
});

test("without a time to wait one look is enough", () => {
  expect(settleTable(0).look([film(1)], 0)).toEqual(["film.mp4"]);
});
