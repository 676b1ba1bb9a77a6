import { describe, expect, test } from "vitest";
import {
  crfAtRate,
  type Point,
  rateAt,
  scoreAt,
  windowsAt,
} from "../../src/quality/curve.js";

const point = (crf: number, bitrate: number, score: number): Point => ({
  ...{ crf, bitrate, score },
  windows: [score - 1, undefined, score + 1],
});

/** Half the rate each eight steps, and a score that is a parabola: 100 - (crf - 10)^2 / 20. */
const POINTS = [16, 24, 32].map((crf) =>
  point(crf, 8e6 / 2 ** ((crf - 16) / 8), 100 - (crf - 10) ** 2 / 20),
);

describe("the rate between the points of a rung", () => {
  test("falls by the same share at each step", () => {
    expect(rateAt(POINTS, 20)).toBeCloseTo(8e6 / Math.SQRT2, 0);
    expect(rateAt(POINTS, 28)).toBeCloseTo(4e6 / Math.SQRT2, 0);
  });

  test("goes on so beyond the outer points", () => {
    expect(rateAt(POINTS, 8)).toBeCloseTo(16e6, 0);
    expect(rateAt(POINTS, 40)).toBeCloseTo(1e6, 0);
  });

  test("leads back to the quality", () => {
    for (const crf of [10, 16, 21.5, 24, 30, 35])
      expect(crfAtRate(POINTS, rateAt(POINTS, crf))).toBeCloseTo(crf, 4);
  });
});

describe("the score between the points of a rung", () => {
  test("is on the parabola through them", () => {
    for (const crf of [16, 18.5, 24, 27, 32])
      expect(scoreAt(POINTS, crf)).toBeCloseTo(100 - (crf - 10) ** 2 / 20, 6);
  });

  test("never rises with the crf, where the points do by chance", () => {
    const noisy = [
      point(16, 4e6, 83.7),
      point(24, 2e6, 84.6),
      point(33, 1e6, 80),
    ];
    let last = Infinity;
    for (let crf = 16; crf <= 33; crf += 0.5) {
      const score = scoreAt(noisy, crf);
      expect(score).toBeLessThanOrEqual(last);
      last = score;
    }
  });

  test("is of the three nearest of four points", () => {
    const four = [...POINTS, point(36, 1e5, 0)];
    expect(scoreAt(four, 20)).toBeCloseTo(95, 6);
  });

  test("is told for each window that has one at each point", () => {
    const [first, none, last] = windowsAt(POINTS, 20);
    expect(first).toBeCloseTo(94, 6);
    expect(none).toBeUndefined();
    expect(last).toBeCloseTo(96, 6);
  });
});
