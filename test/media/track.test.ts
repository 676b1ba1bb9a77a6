import { describe, expect, test } from "vitest";
import {
  at,
  byteLength,
  sampleDuration,
  trackEnd,
  type SampleTable,
} from "../../src/media/track.js";

/** Three samples of 10, 20 and 30 bytes that last 2, 3 and 4 ticks. */
const SAMPLES: SampleTable = {
  count: 3,
  offset: Float64Array.of(0, 10, 30),
  size: Uint32Array.of(10, 20, 30),
  decodeTime: Float64Array.of(5, 7, 10, 14),
  compositionOffset: Int32Array.of(0, 0, 0),
  sync: Uint8Array.of(1, 0, 0),
};

describe("a sample table", () => {
  test("ends where its last sample ends", () => {
    expect(trackEnd(SAMPLES)).toBe(14);
  });

  test("tells how long each sample lasts", () => {
    expect([0, 1, 2].map((i) => sampleDuration(SAMPLES, i))).toEqual([2, 3, 4]);
  });

  test("adds up the bytes of a run of samples, the end left out", () => {
    expect(byteLength(SAMPLES)).toBe(60);
    expect(byteLength(SAMPLES, 1)).toBe(50);
    expect(byteLength(SAMPLES, 1, 2)).toBe(20);
    expect(byteLength(SAMPLES, 2, 2)).toBe(0);
  });

  test("has no row behind its last: that is a bug, not a zero", () => {
    expect(() => at(SAMPLES.size, 3)).toThrow(
      new RangeError("sample table has no row 3 (it has 3)"),
    );
    expect(() => sampleDuration(SAMPLES, 3)).toThrow(RangeError);
    expect(() => byteLength(SAMPLES, 2, 4)).toThrow(RangeError);
  });
});
