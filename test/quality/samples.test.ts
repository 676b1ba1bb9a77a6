import { describe, expect, test } from "vitest";
import { makeGrid } from "../../src/media/fragment-length.js";
import { frameScores, scoreOf } from "../../src/quality/frame-scores.js";
import { nextCrf } from "../../src/quality/probe-rungs.js";
import {
  OTHER_PHASE,
  sampleWindows,
  windowCount,
} from "../../src/quality/sample-frames.js";
import { escaped } from "../../src/quality/score.js";

const RATE = { num: 25, den: 1 };

describe("the windows of a film", () => {
  test("are whole fragments, one in each even part, at uneven places", () => {
    const frames = 25 * 1200;
    const windows = sampleWindows(makeGrid(RATE, 2), frames, 12);
    expect(windows).toHaveLength(12);
    const places = windows.map(({ from }) => from / 50);
    expect(places.every(Number.isInteger)).toBe(true);
    places.forEach((place, i) => {
      expect(place).toBeGreaterThanOrEqual(i * 50);
      expect(place).toBeLessThan((i + 1) * 50);
    });
    const steps = new Set(
      places.slice(1).map((place, i) => place - (places[i] ?? 0)),
    );
    expect(steps.size).toBeGreaterThan(2);
  });

  test("are the same for the same film, and others in another phase", () => {
    const of = (phase: number) =>
      sampleWindows(makeGrid(RATE, 2), 30_000, 12, phase);
    expect(of(0)).toEqual(of(0));
    const first = new Set(of(0).map(({ from }) => from));
    expect(of(OTHER_PHASE).some(({ from }) => first.has(from))).toBe(false);
  });

  test("are all of a short film, but for frames that may not come", () => {
    const windows = sampleWindows(makeGrid(RATE, 2), 250, 6);
    expect(windows.map(({ from }) => from)).toEqual([0, 50, 100, 150, 200]);
    expect(windows.at(-1)?.to).toBe(248);
    expect(sampleWindows(makeGrid(RATE, 2), 10, 6)).toEqual([
      { from: 0, to: 8 },
    ]);
  });

  test("are two seconds of short fragments, and one long one", () => {
    expect(sampleWindows(makeGrid(RATE, 0.5), 5000, 6)[0]).toMatchObject({
      from: expect.any(Number) as number,
    });
    const [short] = sampleWindows(makeGrid(RATE, 0.5), 50, 6);
    expect(short).toEqual({ from: 0, to: 48 });
    const long = sampleWindows(makeGrid(RATE, 10), 25 * 3600, 6);
    expect(
      long.every(({ from, to }) => from % 250 === 0 && to === from + 250),
    ).toBe(true);
  });

  test("are a smaller part of a longer film", () => {
    expect([30, 200, 600, 1200, 5400].map(windowCount)).toEqual([
      6, 8, 9, 12, 16,
    ]);
  });
});

describe("scores of frames", () => {
  const WINDOWS = [
    { from: 100, to: 103 },
    { from: 200, to: 202 },
  ];

  test("of VMAF are points, by the numbers of their frames", () => {
    const log = JSON.stringify({
      frames: [0, 2, 4].map((frameNum) => ({
        frameNum,
        metrics: { vmaf: 90 + frameNum },
      })),
    });
    const frames = frameScores("vmaf", log);
    expect(scoreOf("vmaf", frames, WINDOWS)).toEqual({
      mean: 92,
      windows: [91, 94],
    });
  });

  test("of SSIM are decibels of the mean; equal pictures have fifty", () => {
    const line = (n: number, all: string) =>
      `n:${n} Y:1.0 U:1.0 V:1.0 All:${all} (inf)`;
    const log = [1, 2, 3]
      .map((n) => line(n, "0.990000"))
      .concat([4, 5].map((n) => line(n, "1.000000")));
    const { windows } = scoreOf(
      "ssim",
      frameScores("ssim", log.join("\n")),
      WINDOWS,
    );
    expect(windows[0]).toBeCloseTo(20, 6);
    expect(windows[1]).toBeCloseTo(50, 6);
  });

  test("a log without scores is refused", () => {
    expect(() =>
      frameScores("vmaf", '{"frames":[{"frameNum":0,"metrics":{}}]}'),
    ).toThrow("has no scores");
  });
});

describe("another quality to try", () => {
  const point = (crf: number, bitrate: number) => ({
    crf,
    bitrate,
    score: 90,
    windows: [],
  });

  test("is none while the peak limits nothing", () => {
    expect(
      nextCrf(
        [16, 24, 33].map((crf) => point(crf, 1e6)),
        5e6,
      ),
    ).toBeUndefined();
  });

  test("lies between what is limited and what is not, if it will be free", () => {
    const points = [point(16, 8e6), point(24, 2e6), point(33, 1e6)];
    expect(nextCrf(points, 5e6)).toBe(20);
    const steep = [point(16, 8e6), point(24, 4.9e6), point(33, 1e6)];
    expect(nextCrf(steep, 5e6)).toBe(29);
  });

  test("goes on where all are limited, to an end", () => {
    expect(
      nextCrf(
        [16, 24, 33].map((crf) => point(crf, 8e6)),
        5e6,
      ),
    ).toBe(37);
    expect(
      nextCrf([point(33, 8e6), point(37, 8e6), point(45, 8e6)], 5e6),
    ).toBeUndefined();
  });
});

test("a path keeps its signs through both readers of ffmpeg", () => {
  expect(escaped("/tmp/plain/score-0.log")).toBe("/tmp/plain/score-0.log");
  expect(escaped("/a:b/it's")).toBe("/a\\\\:b/it\\\\\\'s");
});
