import { expect, test } from "vitest";
import { openQueue, type FileState } from "../../../src/batch/watch/queue.js";

const file = (name: string, size = 1): FileState => ({
  name,
  size,
  changedMs: 0,
});
const [a, b] = [file("a.mp4"), file("b.mp4")];

test("each finished file is taken once, in the order of the look", () => {
  const queue = openQueue(0, false);
  queue.note([a, b], 0);
  expect(queue.take()?.file).toBe(a);
  expect(queue.take()?.file).toBe(b);
  expect(queue.take()).toBeUndefined();
});

test("a file that stays after the work on it is not done again before its time", () => {
  const queue = openQueue(0, false);
  queue.note([a], 0);
  queue.take();
  queue.release(a, 60_000);
  queue.note([a], 59_999);
  expect(queue.take()).toBeUndefined();
  queue.note([a], 60_000);
  expect(queue.take()?.file).toBe(a);
});

test("tries are counted while a file stays as it is", () => {
  const queue = openQueue(0, false);
  const tries = [a, a, a, file("a.mp4", 2)].map((found, i) => {
    queue.note([found], i);
    const taken = queue.take();
    queue.release(found, i);
    return taken?.tries;
  });
  expect(tries).toEqual([0, 1, 2, 0]);
});

test("a file of the same name that comes later is done again", () => {
  const queue = openQueue(0, false);
  queue.note([a], 0);
  queue.take();
  queue.release(a, Infinity);
  queue.note([], 1);
  queue.note([a], 2);
  expect(queue.take()?.file).toBe(a);
});

test("of files whose packages would be one, the others are told of the first, also when that is done", () => {
  const queue = openQueue(0, false);
  const rival = file("A.mov");
  queue.note([a, rival], 0);
  expect(queue.take()).toEqual({ file: a, rival: undefined, tries: 0 });
  queue.release(a, Infinity);
  queue.note([rival], 1);
  expect(queue.take()).toEqual({ file: rival, rival: "a.mp4", tries: 0 });
});

test("a file in work goes before one that comes with the same name", () => {
  const queue = openQueue(0, false);
  queue.note([a], 0);
  queue.take();
  const early = file("a.avi");
  queue.note([early, a], 1);
  expect(queue.take()).toEqual({ file: early, rival: "a.mp4", tries: 0 });
});

test("once: what comes after the first look, or is still being written, is left", () => {
  const queue = openQueue(1000, true);
  queue.note([a, b], 0);
  expect(queue.isFirstLookDone()).toBe(false);
  const grown = file("b.mp4", 2);
  queue.note([a, grown, file("c.mp4")], 1000);
  expect(queue.take()?.file).toBe(a);
  queue.release(a, Infinity);
  queue.note([grown, file("c.mp4")], 9000);
  expect(queue.take()).toBeUndefined();
  expect(queue.isFirstLookDone()).toBe(true);
  expect(queue.unfinished()).toEqual(["b.mp4"]);
});

test("what makes packages one is for the caller to say", () => {
  const queue = openQueue(0, false, (name) => name);
  const [first, second] = [file("a/film.mp4"), file("b/film.mp4")];
  queue.note([first, second], 0);
  expect(queue.take()?.rival).toBeUndefined();
  expect(queue.take()?.rival).toBeUndefined();
});
