import { expect, test } from "vitest";
import { makeItem } from "../../src/batch/item.js";
import { batchClock } from "../../src/batch/time-left.js";

const items = ["a.mp4", "b.mp4", "c.mp4"].map((path, i) =>
  makeItem(path, i + 1, 3),
);
const [a, b, c] = items as [
  (typeof items)[0],
  (typeof items)[0],
  (typeof items)[0],
];
const encode = (fraction: number) =>
  ({ step: "encode", label: "encode", fraction }) as const;

/** A batch on a clock of its own. */
function batch(bytes: readonly number[]) {
  const time = { ms: 0 };
  const sizeOf = ({ number }: { number: number }) => bytes[number - 1] ?? 0;
  return { time, clock: batchClock(items, sizeOf, () => time.ms) };
}

test("the time left is that of the film left, at the speed so far; a film that was not looked at is as long as its bytes", () => {
  const { time, clock } = batch([100, 300, 200]);
  expect(clock.now()).toEqual({ fraction: 0 });
  clock.plan(a, 60);
  expect(clock.now()).toEqual({ fraction: 0 });
  time.ms = 10_000;
  clock.progress(a, encode(0.5));
  // 30 s of film in 10 s; 30 + 180 + 120 s are left.
  expect(clock.now()).toEqual({
    ...{ fraction: 30 / 360, remainingSeconds: 110 },
  });
  time.ms = 20_000;
  clock.end(a, "done");
  clock.plan(b, 30); // shorter than its bytes said
  expect(clock.now().remainingSeconds).toBeCloseTo(25, 0);
  time.ms = 30_000;
  clock.progress(b, encode(1));
  clock.progress(b, { step: "verify", label: "verify", fraction: 0.5 });
  clock.end(b, "done");
  clock.plan(c, 90);
  expect(clock.now()).toEqual({ fraction: 0.5, remainingSeconds: 30 });
});

test("what is skipped or fails needs no more time", () => {
  const { time, clock } = batch([1, 1, 1]);
  clock.end(a, "skipped");
  clock.plan(b, 60);
  time.ms = 10_000;
  clock.progress(b, encode(0.5));
  clock.end(b, "failed");
  expect(clock.now()).toEqual({
    ...{ fraction: 30 / 90, remainingSeconds: 20 },
  });
});

test("without sizes a film is as long as those before", () => {
  const { time, clock } = batch([]);
  clock.plan(a, 40);
  time.ms = 1000;
  clock.progress(a, encode(1));
  expect(clock.now()).toEqual({ fraction: 1 / 3, remainingSeconds: 2 });
});
