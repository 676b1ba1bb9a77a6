import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { allOrStop, bothOrStop, Lanes } from "../../src/util/lanes.js";

const NEVER = new AbortController().signal;

test("so many run at a time, in their order, and all are done", async () => {
  const lanes = new Lanes(2);
  const done: number[] = [];
  let [running, most] = [0, 0];
  await allOrStop([0, 1, 2, 3, 4], NEVER, (i) =>
    lanes.run(async () => {
      most = Math.max(most, ++running);
      await setImmediate();
      running--;
      done.push(i);
    }),
  );
  expect(most).toBe(2);
  expect(done).toEqual([0, 1, 2, 3, 4]);
});

test("a lane is free again after a failure", async () => {
  const lanes = new Lanes(1);
  await expect(
    lanes.run(() => Promise.reject(new Error("first"))),
  ).rejects.toThrow("first");
  expect(await lanes.run(() => Promise.resolve("second"))).toBe("second");
});

test("the first failure stops the others, is thrown, and waits until none runs", async () => {
  const ends: string[] = [];
  const work = allOrStop(["fails", "waits"], NEVER, async (name, stop) => {
    if (name === "fails") throw new Error(name);
    while (!stop.aborted) await setImmediate();
    await setImmediate();
    ends.push(name);
    throw new Error("was stopped");
  });
  await expect(work).rejects.toThrow("fails");
  expect(ends).toEqual(["waits"]);
});

test("a signal from outside stops all", async () => {
  const abort = new AbortController();
  const work = allOrStop([1, 2], abort.signal, async (_, stop) => {
    abort.abort();
    await setImmediate();
    if (stop.aborted) throw new Error("stopped");
  });
  await expect(work).rejects.toThrow("stopped");
});

test("two things are done side by side, and the failure of one stops the other", async () => {
  const both = bothOrStop(
    () => Promise.resolve(1),
    () => Promise.resolve("two"),
  );
  expect(await both).toEqual([1, "two"]);
  let isStopped = false;
  const failing = bothOrStop(
    () => Promise.reject(new Error("first")),
    async (stop) => {
      while (!stop.aborted) await setImmediate();
      isStopped = true;
    },
  );
  await expect(failing).rejects.toThrow("first");
  expect(isStopped).toBe(true);
});
