import fc from "fast-check";
import { expect, test } from "vitest";
import { fillBehind, shareBits } from "../../src/encode/share-bits.js";

test("pieces get bits by their weights, and the average is the rung's", () => {
  expect(shareBits([100, 300], [250, 250], 1000, 2000)).toEqual([500, 1500]);
  // The same weight in half the frames is twice the rate.
  expect(shareBits([100, 100], [500, 250], 900, 2000)).toEqual([675, 1350]);
});

test("no piece gets more than the cap, and the others get what it leaves", () => {
  expect(shareBits([100, 900], [250, 250], 1000, 1500)).toEqual([500, 1500]);
});

test("where all weights are alike, or none weighs anything, none is starved", () => {
  expect(shareBits([7, 7, 7], [100, 100, 100], 800, 1200)).toEqual([
    ...[800, 800, 800],
  ]);
  expect(shareBits([0, 0], [100, 100], 800, 1200)).toEqual([16, 16]);
});

test("for any weights the bits are the rung's, and more weight is never fewer bits", () => {
  const piece = fc.record({
    weight: fc.integer({ min: 1, max: 1e9 }),
    frames: fc.integer({ min: 1, max: 3000 }),
  });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 40 }), (pieces) => {
      const weights = pieces.map(({ weight }) => weight);
      const frames = pieces.map((each) => each.frames);
      const rates = shareBits(weights, frames, 1_000_000, 1_500_000);
      const all = frames.reduce((sum, count) => sum + count, 0);
      const bits = rates.reduce(
        (sum, rate, i) => sum + rate * (frames[i] ?? 0),
        0,
      );
      expect(Math.max(...rates)).toBeLessThanOrEqual(1_500_000);
      // Pieces of next to no weight get a little all the same.
      expect(bits / all).toBeGreaterThan(999_990);
      expect(bits / all).toBeLessThanOrEqual(1_020_000);
      const byRate = pieces
        .map(({ weight, frames: count }, i) => [weight / count, rates[i] ?? 0])
        .sort(([a = 0], [b = 0]) => a - b);
      for (let i = 1; i < byRate.length; i++)
        expect(byRate[i]?.[1]).toBeGreaterThanOrEqual(byRate[i - 1]?.[1] ?? 0);
    }),
  );
});

const LINE = { maxBitrate: 1500, bufferSize: 3000 };

test("what a piece ends with decides how full it leaves the buffer, not its average", () => {
  const fill = (...parts: number[]) =>
    fillBehind({ parts, seconds: 1 }, 2, LINE, 0.4);
  expect(fill(750, 750, 750)).toBeCloseTo(0.9);
  // 600 bits more than the line brings; then 300 bits fewer.
  expect(fill(0, 0, 1050)).toBeCloseTo(0.7);
  expect(fill(0, 1050, 600)).toBeCloseTo(0.8);
  expect(fill(5000, 5000)).toBeCloseTo(0.4);
  expect(fill(5000, 0, 0)).toBeCloseTo(0.9);
  expect(fill()).toBeCloseTo(0.9);
});
