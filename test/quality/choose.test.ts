import { describe, expect, test } from "vitest";
import { chooseLadder, type SizedRung } from "../../src/quality/separate.js";
import { METRICS } from "../../src/quality/metric.js";
import type { Point } from "../../src/quality/curve.js";

const VMAF = { metric: METRICS.vmaf, loss: 2, enough: 95 };
const SSIM = { metric: METRICS.ssim, loss: 0.7, enough: undefined };

/** A rung whose rate halves each six steps from `bitrate` at 20 on, and which loses `slope` points a step. */
function rung(
  name: string,
  { fixed = 5e6, bitrate = 5e6, best = 98, slope = 0.4, ceiling = 0 } = {},
): SizedRung {
  const points = [16, 24, 33].map((crf): Point => ({
    ...{ crf, bitrate: bitrate / 2 ** ((crf - 20) / 6), windows: [] },
    score: best - slope * (crf - 16),
  }));
  const size = { width: 1920, height: 1080 };
  return { name, ...size, bitrate: fixed, points, ...(ceiling && { ceiling }) };
}

describe("a rung by itself", () => {
  test("gets the cheapest quality that loses no more than is allowed", () => {
    const [top] = chooseLadder([rung("1080p")], { ...VMAF, enough: 90 });
    // Fixed is at 20: 96.4 points. 94.4 and a margin of 0.3 are left at 24.
    expect(top?.fixed).toMatchObject({
      bitrate: expect.closeTo(5e6, -3) as number,
    });
    expect(top?.chosen?.crf).toBe(24);
    expect(top?.chosen?.score).toBeCloseTo(94.8, 4);
  });

  test("does not pay for more than enough", () => {
    const [top] = chooseLadder([rung("1080p", { best: 99, slope: 0.2 })], VMAF);
    // 98.2 at 20; two points less would be 96.2, and only above 95.3 counts: never below 96.2.
    expect(top?.chosen?.score).toBeGreaterThanOrEqual(96.2);
    const [less] = chooseLadder(
      [rung("1080p", { best: 97, slope: 0.2 })],
      VMAF,
    );
    expect(less?.chosen?.score).toBeGreaterThanOrEqual(95.3);
  });

  test("keeps the fixed bitrate where the film needs it", () => {
    const [top] = chooseLadder([rung("1080p", { best: 90, slope: 3 })], VMAF);
    expect(top).toMatchObject({
      kept: expect.stringContaining("needs these bits") as string,
    });
    expect(top?.chosen).toBeUndefined();
  });

  test("keeps it where scores tell nothing: noise", () => {
    const noise = rung("1080p", { best: 84, slope: 0.01 });
    expect(chooseLadder([noise], VMAF)[0]?.kept).toBe(
      "VMAF does not see more bits",
    );
    const grain = rung("1080p", { best: 5.8, slope: 0.2 });
    expect(chooseLadder([grain], SSIM)[0]?.kept).toMatch(
      /^SSIM sees only noise/,
    );
  });

  test("keeps it where the peak limits nearly every quality", () => {
    const limited = { ...rung("1080p"), points: rung("1080p").points.slice(1) };
    expect(chooseLadder([limited], VMAF)[0]?.kept).toMatch(/peak limits/);
  });

  test("is never promised more than the bits of an easy film", () => {
    const [top] = chooseLadder([rung("1080p", { bitrate: 5e5 })], VMAF);
    expect(top?.fixed.bitrate).toBeCloseTo(5e5 * 2 ** (10 / 6), -2);
    expect(top?.fixed.score).toBeCloseTo(98, 4);
  });
});

describe("a ladder", () => {
  const LOW = { fixed: 2.8e6, bitrate: 2.8e6, best: 93 };

  test("leaves out what is above all that the picture has", () => {
    const enlarged = chooseLadder(
      [rung("1080p"), rung("720p", { ...LOW, ceiling: 98.5 })],
      VMAF,
    );
    expect(enlarged[0]?.left).toBe(
      "720p holds all that the picture has (VMAF 98.5 without an encoder): it was enlarged",
    );
    expect(enlarged[1]?.left).toBeUndefined();
  });

  test("does not aim a lower rung above what its size can show", () => {
    const [, low] = chooseLadder(
      [rung("1080p"), rung("720p", { ...LOW, ceiling: 94.3, slope: 0.2 })],
      VMAF,
    );
    expect(low?.chosen?.score).toBeGreaterThanOrEqual(91.3);
    expect(low?.chosen?.score).toBeLessThan(92);
  });

  test("has its rungs apart, or not at all", () => {
    const near = { fixed: 2.8e6, bitrate: 2.3e6, best: 97, slope: 0.25 };
    const [top, low] = chooseLadder(
      [rung("1080p", { slope: 0.6 }), rung("720p", near)],
      VMAF,
    );
    const step = (low?.chosen?.bitrate ?? 0) / (top?.chosen?.bitrate ?? 1);
    expect(step).toBeLessThanOrEqual(0.75);
    const same = chooseLadder(
      [rung("1080p"), rung("1080p-low", { slope: 1.2 })],
      VMAF,
    );
    expect(same[1]?.left).toMatch(/too near the rung above/);
  });

  test("aims at the size of the rung with SSIM, which has no number for all films", () => {
    const decibels = { best: 22, slope: 0.3 };
    const [top] = chooseLadder([rung("1080p", decibels)], SSIM);
    // 20.8 at 20; 0.7 less, and a margin of 0.05: 20.15 is left at 22.
    expect(top?.chosen?.crf).toBe(22);
  });
});
