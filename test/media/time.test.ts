import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  frameTime,
  reduce,
  rescale,
  SMOOTH_TIMESCALE,
} from "../../src/media/time.js";

const timescale = fc.integer({ min: 1, max: 1_000_000_000 });

/** Up to a million seconds to either side of zero, in ticks of any timescale. */
const position = timescale.chain((from) => {
  const far = Math.min(1_000_000 * from, Number.MAX_SAFE_INTEGER);
  return fc.record({
    from: fc.constant(from),
    ticks: fc.maxSafeInteger().map((ticks) => ticks % far),
  });
});

/** The nearest whole tick, halves up, in whole numbers of any size. */
function exactly(ticks: number, from: number, to: number): number {
  const numerator = 2n * BigInt(ticks) * BigInt(to) + BigInt(from);
  const denominator = 2n * BigInt(from);
  const truncated = numerator / denominator;
  const isBelow = numerator < 0n && numerator % denominator !== 0n;
  return Number(isBelow ? truncated - 1n : truncated);
}

describe("rescale", () => {
  test("gives the nearest tick, as exact arithmetic does, at any timescale", () => {
    fc.assert(
      fc.property(position, timescale, ({ ticks, from }, to) => {
        const found = rescale(ticks, from, to);
        // Not toBe: zero has no sign among ticks.
        expect(found === exactly(ticks, from, to)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.for([
    { ticks: 1, from: 2, to: 1, expected: 1 },
    { ticks: -1, from: 2, to: 1, expected: 0 },
    { ticks: 3, from: 2, to: 1, expected: 2 },
    { ticks: -3, from: 2, to: 1, expected: -1 },
    { ticks: 1024, from: 48_000, to: SMOOTH_TIMESCALE, expected: 213_333 },
    { ticks: -1024, from: 48_000, to: SMOOTH_TIMESCALE, expected: -213_333 },
    { ticks: 2048, from: 44_100, to: SMOOTH_TIMESCALE, expected: 464_399 },
    // Half a billionth of a tick below the middle: more than a double can tell.
    {
      ticks: 937_499_941,
      from: 999_999_937,
      to: 999_999_929,
      expected: 937_499_933,
    },
    {
      ticks: -546_428_537,
      from: 999_999_937,
      to: 999_999_797,
      expected: -546_428_461,
    },
    // 28 years and a tick: the product is far beyond 2^53.
    {
      ticks: 883_612_800_000_001,
      from: 1_000_000,
      to: SMOOTH_TIMESCALE,
      expected: 8_836_128_000_000_010,
    },
  ])(
    "moves $ticks of $from to $expected of $to",
    ({ ticks, from, to, expected }) => {
      expect(rescale(ticks, from, to)).toBe(expected);
    },
  );

  test("never puts a later position before an earlier one", () => {
    fc.assert(
      fc.property(position, timescale, ({ ticks, from }, to) => {
        expect(rescale(ticks + 1, from, to)).toBeGreaterThanOrEqual(
          rescale(ticks, from, to),
        );
      }),
    );
  });

  test("adds up: durations between rescaled positions drift by no more than half a tick", () => {
    const durations = fc.array(fc.integer({ min: 1, max: 100_000 }), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(durations, timescale, timescale, (all, from, to) => {
        let position = 0;
        let sum = 0;
        for (const duration of all) {
          const start = rescale(position, from, to);
          position += duration;
          sum += rescale(position, from, to) - start;
        }
        const drift =
          BigInt(sum) * BigInt(from) - BigInt(position) * BigInt(to);
        const twice = 2n * (drift < 0n ? -drift : drift);
        expect(twice <= BigInt(from)).toBe(true);
      }),
    );
  });

  test("comes back to the same tick from a finer timescale", () => {
    fc.assert(
      fc.property(position, timescale, ({ ticks, from }, to) => {
        fc.pre(to >= from);
        expect(rescale(rescale(ticks, from, to), to, from) === ticks).toBe(
          true,
        );
      }),
    );
  });
});

describe("frameTime", () => {
  test.for([
    { num: 24_000, den: 1001, durations: [417_083, 417_084, 417_083] },
    { num: 30_000, den: 1001, durations: [333_667, 333_666, 333_667] },
    { num: 60_000, den: 1001, durations: [166_833, 166_834, 166_833] },
    { num: 25, den: 1, durations: [400_000, 400_000, 400_000] },
    { num: 30, den: 1, durations: [333_333, 333_334, 333_333] },
  ])(
    "at $num/$den gives frames that last $durations ticks",
    ({ num, den, durations }) => {
      const times = [0, 1, 2, 3].map((frame) =>
        frameTime(frame, { num, den }, SMOOTH_TIMESCALE),
      );
      expect(
        durations.map((_, i) => (times[i + 1] ?? 0) - (times[i] ?? 0)),
      ).toEqual(durations);
    },
  );

  test("is exact after two hours of 29.97", () => {
    // 215784 * 1001 / 30000 = 7199.9928 seconds
    const rate = { num: 30_000, den: 1001 };
    expect(frameTime(215_784, rate, SMOOTH_TIMESCALE)).toBe(71_999_928_000);
  });
});

test("a ratio is reduced to lowest terms", () => {
  expect(reduce({ num: 50, den: 2 })).toEqual({ num: 25, den: 1 });
  expect(reduce({ num: 90_000, den: 3003 })).toEqual({
    num: 30_000,
    den: 1001,
  });
  expect(reduce({ num: 30_000, den: 1001 })).toEqual({
    num: 30_000,
    den: 1001,
  });
});
