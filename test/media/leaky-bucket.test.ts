import { describe, expect, test } from "vitest";
import { leastFill, runOfFragments } from "../../src/media/leaky-bucket.js";
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

describe("fragments empty it evenly", () => {
  const run = (sizes: number[], seconds = sizes.map(() => 2)) =>
    runOfFragments(sizes, seconds, LINE);

  test("so that it stays full while the line brings as much as they have", () => {
    expect(run([2000, 2000])).toEqual({ least: 0.9, emptyAt: undefined });
    expect(run([0, 2000, 4000]).least).toBe(0);
  });

  test("until the line has brought too little", () => {
    // 14,400 bits, less 8,000; then less 8,000 in 2 s, of which 6,400 are there.
    expect(run([3000, 3000])).toEqual({ least: -0.1, emptyAt: 3.6 });
    // Nothing tells of a player that waits: what is missing stays missing.
    expect(run([3000, 3000, 1000, 3000])).toEqual({
      least: -0.1,
      emptyAt: 3.6,
    });
  });

  test("and without any it is as it begins", () => {
    expect(run([])).toEqual({ least: 0.9, emptyAt: undefined });
  });
});
