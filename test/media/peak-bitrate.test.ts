import { describe, expect, test } from "vitest";
import { measureBitrates } from "../../src/media/peak-bitrate.js";

const of = (sizes: number[], seconds: number[]) =>
  measureBitrates(Float64Array.from(sizes), Float64Array.from(seconds));

describe("the bitrates of fragments", () => {
  test("are the average of all, and that of the most expensive one", () => {
    expect(of([1000, 3000, 2000], [2, 2, 2])).toEqual({
      average: 8000,
      peak: 12000,
    });
  });

  test("count a short rest together with what is before it", () => {
    // 500 bytes in a tenth of a second are no stretch of their own.
    expect(of([1000, 500], [2, 0.1]).peak).toBe(Math.ceil(12000 / 2.1));
  });

  test("count short fragments together", () => {
    expect(of([100, 900, 900, 100], [2, 1, 1, 2]).peak).toBe(7200);
  });

  test("are 0 without fragments", () => {
    expect(of([], [])).toEqual({ average: 0, peak: 0 });
  });
});
