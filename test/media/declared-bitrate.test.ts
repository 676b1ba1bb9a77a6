import { describe, expect, test } from "vitest";
import {
  coveringBitrate,
  declaredBitrate,
  declaredBitrates,
  isNear,
  measured,
  peakBitrate,
} from "../../src/media/declared-bitrate.js";
import {
  audioTrack,
  fragmentsLasting,
  table,
  videoTrack,
} from "../support/track.js";

const SECOND = 10_000_000;

/** A fragment of a picture for each size, in bytes, of two seconds or as told. */
function rung(sizes: readonly number[], seconds = sizes.map(() => 2)) {
  const durations = seconds.map((one) => one * SECOND);
  const track = videoTrack(table(durations, { sizes }));
  return { track, fragments: fragmentsLasting(durations) };
}

describe("the peak", () => {
  test("is that of consecutive fragments that last four seconds", () => {
    // 1000 and 4000 bytes: 40,000 bits in 4 s; the 4000 alone would be 16,000 bit/s.
    expect(peakBitrate([1000, 4000, 1000, 1000], [2, 2, 2, 2])).toBe(10_000);
  });

  test("takes as few of them as last so long", () => {
    expect(peakBitrate([500, 2500, 2500, 500], [2, 3, 3, 2])).toBe(6667);
    expect(peakBitrate([100, 10_000, 100], [5, 10, 5])).toBe(8000);
  });

  test("finds stretches up to the last fragment", () => {
    expect(peakBitrate([100, 100, 1000, 3000], [2, 2, 2, 2])).toBe(8000);
  });

  test("counts times that are rounded to ticks as four seconds", () => {
    const third = 1.3333333;
    const sizes = [0, 1000, 1000, 1000, 0];
    expect(peakBitrate(sizes, [third, third, third, third, third])).toBe(6000);
  });

  test("is 0 where the film is shorter", () => {
    expect(peakBitrate([5000], [3.9])).toBe(0);
    expect(peakBitrate([], [])).toBe(0);
  });
});

test("a bitrate covers 1.75 times as much for four seconds, and never less than the average", () => {
  expect(coveringBitrate(8000, 17_500)).toBe(10_000);
  expect(coveringBitrate(8000, 14_000)).toBe(8000);
  expect(coveringBitrate(8000, 14_001)).toBe(8001);
});

describe("the manifests declare", () => {
  test("the average of an even picture", () => {
    expect(declaredBitrate(rung([1000, 1500, 1000, 1000]))).toBe(4500);
  });

  test("what covers the peak of an uneven one", () => {
    // 36,000 bits in 4 s, where all have 2700 bit/s on average.
    const { track, fragments } = rung([100, 4000, 500, 100, 100, 600]);
    expect(declaredBitrate({ track, fragments })).toBe(Math.ceil(9000 / 1.75));
  });

  test("the average of a sound, whatever its peaks are", () => {
    const { fragments } = rung([100, 4000, 500, 100]);
    const durations = [2, 2, 2, 2].map((one) => one * SECOND);
    const track = audioTrack(
      table(durations, { sizes: [100, 4000, 500, 100] }),
    );
    expect(declaredBitrate({ track, fragments })).toBe(4700);
  });

  test("more of a rung with a larger average, though a lower one has larger peaks", () => {
    const high = rung([1000, 1000, 1000, 1000, 1000]);
    const low = rung([100, 100, 4000, 100, 100]);
    expect(declaredBitrate(low)).toBeGreaterThan(declaredBitrate(high));
    const [first, second] = declaredBitrates([high, low]);
    expect(second).toBe(declaredBitrate(low));
    expect(first).toBe((second ?? 0) + 1);
  });

  test("more of the first of two rungs that are alike", () => {
    const [first, second] = declaredBitrates([rung([500]), rung([500])]);
    expect([first, second]).toEqual([2001, 2000]);
  });
});

test("a bitrate is near down to half of the average, and up to twice what covers the peaks", () => {
  const found = measured([100, 4000, 500, 100], [2, 2, 2, 2]);
  expect(found).toEqual({ average: 4700, declared: 5143 });
  expect(isNear(2350, found)).toBe(true);
  expect(isNear(2349, found)).toBe(false);
  expect(isNear(10_286, found)).toBe(true);
  expect(isNear(10_287, found)).toBe(false);
});
