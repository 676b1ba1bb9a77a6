import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitLadder } from "../../src/plan/ladder.js";
import { LADDER } from "../support/sources.js";

const side = fc.integer({ min: 1, max: 8192 });
const input = fc.record({
  width: side,
  height: side,
  frameRate: fc.constantFrom({ num: 25, den: 1 }, { num: 60, den: 1 }),
  rungs: fc.subarray([...LADDER.rungs], { minLength: 1 }),
  allowUpscale: fc.boolean(),
});

/** Sizes are rounded to even: by one pixel at most. */
const ROUNDING = 1;

describe("for any source and any choice of rungs, the ladder", () => {
  test("keeps at least one rung, and tells of every one it leaves out", () => {
    fc.assert(
      fc.property(input, (given) => {
        const { rungs, skipped } = fitLadder(given);
        expect(rungs.length).toBeGreaterThan(0);
        const told = [
          ...rungs.map((rung) => rung.preset.name),
          ...skipped.map((rung) => rung.name),
        ];
        expect(told.sort()).toEqual(
          given.rungs.map((rung) => rung.name).sort(),
        );
      }),
    );
  });

  test("stays inside each box, turned for portrait, in even sizes", () => {
    fc.assert(
      fc.property(input, (given) => {
        for (const { preset, width, height } of fitLadder(given).rungs) {
          expect([width % 2, height % 2]).toEqual([0, 0]);
          const isPortrait = given.height > given.width;
          const [across, down] = isPortrait ? [height, width] : [width, height];
          expect(across).toBeLessThanOrEqual(preset.width);
          expect(down).toBeLessThanOrEqual(preset.height);
        }
      }),
    );
  });

  test("never enlarges unless that is allowed", () => {
    fc.assert(
      fc.property(input, (given) => {
        fc.pre(!given.allowUpscale);
        for (const { width, height } of fitLadder(given).rungs) {
          expect(width).toBeLessThanOrEqual(Math.max(2, given.width));
          expect(height).toBeLessThanOrEqual(Math.max(2, given.height));
        }
      }),
    );
  });

  test("keeps the aspect ratio to the rounding of its sides", () => {
    fc.assert(
      fc.property(input, (given) => {
        for (const { width, height } of fitLadder(given).rungs) {
          // The side that was rounded may be off by one pixel, and is two at least.
          const exact = (width * given.height) / given.width;
          const perPixel = Math.max(1, given.height / given.width);
          if (height > 2 && width > 2)
            expect(Math.abs(height - exact)).toBeLessThanOrEqual(
              ROUNDING + perPixel,
            );
        }
      }),
    );
  });

  test("has one address for each rung: no bitrate comes twice", () => {
    fc.assert(
      fc.property(input, (given) => {
        const bitrates = fitLadder(given).rungs.map((rung) => rung.bitrate);
        expect(new Set(bitrates).size).toBe(bitrates.length);
      }),
    );
  });

  test("goes down: every rung is smaller than the one before, with a peak above its average", () => {
    fc.assert(
      fc.property(input, (given) => {
        const { rungs } = fitLadder(given);
        const areas = rungs.map(({ width, height }) => width * height);
        expect(areas).toEqual([...areas].sort((a, b) => b - a));
        if (!given.allowUpscale && Math.min(...areas) > 64)
          expect(new Set(areas).size).toBe(areas.length);
        for (const { bitrate, maxBitrate } of rungs)
          expect(maxBitrate).toBeGreaterThanOrEqual(bitrate);
      }),
    );
  });
});
