import { expect, test } from "vitest";
import { leastFill } from "../../src/media/leaky-bucket.js";
import { table } from "../support/track.js";

const LINE = { maxBitrate: 8000, bufferSize: 16_000 };

/** A picture a second, by its bytes. */
function fillOf(...sizes: number[]) {
  const samples = table(
    sizes.map(() => 1),
    { sizes },
  );
  return leastFill({ samples, timescale: 1 }, LINE);
}

test("the buffer begins at nine tenths, a picture empties it, the line fills it", () => {
  // 14,400 bits, less 8,000; then 14,400 again, less 12,000.
  expect(fillOf(1000, 1500)).toEqual({ fill: 0.15, sample: 1 });
});

test("it is never more than full", () => {
  expect(fillOf(0, 0, 0, 1000).fill).toBe(0.5);
});

test("it is below 0 where the line has not brought what a picture needs", () => {
  const { fill, sample } = fillOf(1000, 1500, 2000);
  // 2,400 and 8,000 bits, less 16,000.
  expect(fill).toBeCloseTo(-0.35);
  expect(sample).toBe(2);
});
