import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measureFrameTiming } from "../../src/probe/frame-timing.js";

const MILLISECONDS = { num: 1, den: 1000 };

/** The times at which frames of these gaps begin. */
function timesOf(...gaps: number[]): number[] {
  const times = [0];
  for (const gap of gaps) times.push((times.at(-1) ?? 0) + gap);
  return times;
}

function times<T>(count: number, ...values: T[]): T[] {
  return Array.from({ length: count }, () => values).flat();
}

describe("frames are timed", () => {
  test("by the clock of their stream", () => {
    const ntsc = timesOf(...times(30, 3003));
    expect(measureFrameTiming(ntsc, { num: 1, den: 90_000 })).toEqual({
      usualRate: { num: 30_000, den: 1001 },
      irregularShare: 0,
    });
  });

  test("by milliseconds, whose 33 and 34 are one rate", () => {
    const thirty = timesOf(...times(10, 33, 33, 34));
    expect(measureFrameTiming(thirty, MILLISECONDS)).toEqual({
      usualRate: { num: 30, den: 1 },
      irregularShare: 0,
    });
  });

  test("by most gaps: a pause does not count, but is told", () => {
    const paused = timesOf(...times(9, 40), 5000);
    const timing = measureFrameTiming(paused, MILLISECONDS);
    expect(timing?.usualRate).toEqual({ num: 25, den: 1 });
    expect(timing?.irregularShare).toBeCloseTo(0.1, 10);
  });

  test("in the order of presentation, in whatever order they come", () => {
    const shuffled = fc.shuffledSubarray(timesOf(...times(12, 100)), {
      minLength: 13,
    });
    fc.assert(
      fc.property(shuffled, (anyOrder) => {
        expect(measureFrameTiming(anyOrder, MILLISECONDS)).toEqual({
          usualRate: { num: 10, den: 1 },
          irregularShare: 0,
        });
      }),
    );
  });
});

describe("nothing is said", () => {
  test("of two frames or fewer", () => {
    expect(measureFrameTiming([], MILLISECONDS)).toBeUndefined();
    expect(measureFrameTiming([0, 40], MILLISECONDS)).toBeUndefined();
  });

  test("of frames that all have one time", () => {
    expect(measureFrameTiming([7, 7, 7, 7], MILLISECONDS)).toBeUndefined();
  });
});

test("one wild timestamp or one hole does not make a rate variable", () => {
  const ticks = Array.from({ length: 60 }, (_, i) => (i === 30 ? 9e6 : i * 40));
  const timing = measureFrameTiming(ticks, { num: 1, den: 1000 });
  expect(timing).toEqual({
    usualRate: { num: 25, den: 1 },
    irregularShare: 0,
  });
});
