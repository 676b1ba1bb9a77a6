import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cutFrames,
  cutTimes,
  audioCutTimes,
  gridOf,
  makeGrid,
} from "../../src/media/fragment-length.js";

const FILM_25 = makeGrid({ num: 25, den: 1 }, 2);

describe("a grid of two-second fragments", () => {
  test.for([
    { name: "23.976", num: 24_000, den: 1001, frames: 48, ticks: 20_020_000 },
    { name: "24", num: 24, den: 1, frames: 48, ticks: 20_000_000 },
    { name: "25", num: 25, den: 1, frames: 50, ticks: 20_000_000 },
    { name: "29.97", num: 30_000, den: 1001, frames: 60, ticks: 20_020_000 },
    { name: "30", num: 30, den: 1, frames: 60, ticks: 20_000_000 },
    { name: "50", num: 50, den: 1, frames: 100, ticks: 20_000_000 },
    { name: "59.94", num: 60_000, den: 1001, frames: 120, ticks: 20_020_000 },
    { name: "60", num: 60, den: 1, frames: 120, ticks: 20_000_000 },
  ])(
    "at $name frames a second holds $frames frames, $ticks ticks",
    ({ num, den, frames, ticks }) => {
      const grid = makeGrid({ num, den }, 2);
      expect(grid.gopFrames).toBe(frames);
      expect(cutTimes(grid, 3 * frames)).toEqual([0, ticks, 2 * ticks]);
    },
  );

  test("holds one frame at least, however slow the film", () => {
    expect(makeGrid({ num: 1, den: 10 }, 2).gopFrames).toBe(1);
  });
});

describe("cut frames", () => {
  test("fall on every GOP of the film", () => {
    expect(cutFrames(FILM_25, 250)).toEqual([0, 50, 100, 150, 200]);
    expect(cutFrames(FILM_25, 251 + 12)).toEqual([0, 50, 100, 150, 200, 250]);
  });

  test("leave no tail under half a second: it joins the fragment before", () => {
    expect(cutFrames(FILM_25, 200 + 12)).toEqual([0, 50, 100, 150]); // 0.48 s
    expect(cutFrames(FILM_25, 200 + 13)).toEqual([0, 50, 100, 150, 200]); // 0.52 s
  });

  test("let a tail of half a second to the frame stand alone", () => {
    const film24 = makeGrid({ num: 24, den: 1 }, 2);
    expect(cutFrames(film24, 48 + 12)).toEqual([0, 48]);
    expect(cutFrames(film24, 48 + 11)).toEqual([0]);
  });

  test("make one fragment of a film of one frame", () => {
    expect(cutFrames(FILM_25, 1)).toEqual([0]);
    expect(cutTimes(FILM_25, 1)).toEqual([0]);
  });

  test("put every frame into exactly one fragment of a bearable length", () => {
    const rate = fc.record({
      num: fc.integer({ min: 1000, max: 60_000 }),
      den: fc.constantFrom(1000, 1001),
    });
    const gopSeconds = fc.double({ min: 0.5, max: 10, noNaN: true });
    const frameCount = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(rate, gopSeconds, frameCount, (rate, seconds, count) => {
        const grid = makeGrid(rate, seconds);
        const cuts = cutFrames(grid, count);
        const lengths = cuts.map((cut, i) => (cuts[i + 1] ?? count) - cut);
        const last = lengths.pop() ?? 0;
        const half = (0.5 * rate.num) / rate.den;
        expect(cuts[0]).toBe(0);
        expect(lengths.every((length) => length === grid.gopFrames)).toBe(true);
        expect(last).toBeGreaterThan(0);
        expect(last).toBeLessThan(grid.gopFrames + half);
        if (cuts.length > 1) expect(last).toBeGreaterThanOrEqual(half);
      }),
    );
  });
});

describe("a film whose short tail joins the last fragment", () => {
  const tail = (seconds: number) =>
    makeGrid({ num: 25, den: 1 }, 2, seconds).joined;

  test("is planned without the key frame that would stand inside", () => {
    expect(tail(4.48)).toBe(100);
    expect(tail(4.01)).toBe(100); // a part of a frame becomes one
    expect(tail(2.04)).toBe(50);
  });

  test("is any but one that ends with a fragment, or with a long one", () => {
    expect(tail(4)).toBeUndefined();
    expect(tail(4.0000001)).toBeUndefined();
    expect(tail(4.52)).toBeUndefined();
    expect(tail(0.3)).toBeUndefined();
  });

  test("is cut at the same frames when it turns out longer than planned", () => {
    const grid = makeGrid({ num: 25, den: 1 }, 2, 4.2);
    expect(cutFrames(grid, 105)).toEqual([0, 50]);
    expect(cutFrames(grid, 120)).toEqual([0, 50]);
    expect(cutFrames(grid, 260)).toEqual([0, 50, 150, 200]);
    expect(cutFrames(grid, 90)).toEqual([0, 50]);
  });
});

describe("cut times of a title without a picture", () => {
  test("are a plain grid", () => {
    expect(audioCutTimes(2, 50_000_000)).toEqual([0, 20_000_000, 40_000_000]);
  });

  test("leave no tail under half a second", () => {
    expect(audioCutTimes(2, 44_990_000)).toEqual([0, 20_000_000]);
    expect(audioCutTimes(2, 45_000_000)).toEqual([0, 20_000_000, 40_000_000]);
  });

  test("follow a GOP of any length", () => {
    expect(audioCutTimes(0.96, 20_000_000)).toEqual([0, 9_600_000]);
  });
});

describe("a grid of fragments that are given", () => {
  const rate = { num: 25, den: 1 };

  test("is a plain one when they are equally long, whatever becomes of the tail", () => {
    const plain = { frameRate: rate, gopFrames: 50 };
    expect(gridOf(rate, [0, 50, 100], 130)).toEqual(plain);
    const joined = { ...plain, joined: 50 };
    expect(gridOf(rate, [0, 50], 112)).toEqual({ ...joined, joined: 100 });
    expect(gridOf(rate, [0], 40)).toEqual({ frameRate: rate, gopFrames: 40 });
  });

  test("lists them when they are not, and knows the longest", () => {
    const listed = { frameRate: rate, gopFrames: 60, cuts: [0, 50, 110] };
    expect(gridOf(rate, [0, 50, 110], 150)).toEqual(listed);
    // The last one is the longest: no key frame may come in between.
    const cuts = [0, 50];
    expect(gridOf(rate, cuts, 150)).toEqual({
      ...listed,
      gopFrames: 100,
      cuts,
    });
  });

  test("gives the very cuts back that it was made of", () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 20 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 13, max: 99 }), (lengths, tail) => {
        const cuts = [0];
        for (const length of lengths) cuts.push((cuts.at(-1) ?? 0) + length);
        const frames = (cuts.at(-1) ?? 0) + tail;
        expect(cutFrames(gridOf(rate, cuts, frames), frames)).toEqual(cuts);
      }),
    );
  });
});
