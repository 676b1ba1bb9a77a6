import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PackError } from "../../src/errors.js";
import {
  chooseCuts,
  type CutRung,
} from "../../src/tracks/cuts-at-key-frames.js";

const SECOND = 10_000_000;

/** A rung of 25 frames a second with key frames at some seconds. */
function rung(
  label: string,
  seconds: readonly number[],
  error?: string,
): CutRung {
  const keyFrames = seconds.map((second) => ({
    sample: Math.round(second * 25),
    time: Math.round(second * SECOND),
  }));
  return { label, keyFrames, error };
}

const every = (step: number, end: number) =>
  Array.from({ length: Math.ceil(end / step) }, (_, i) => i * step);

/** In seconds. */
function cuts(
  rungs: readonly CutRung[],
  wanted: number,
  end: number,
): number[] {
  return chooseCuts(rungs, wanted * SECOND, end * SECOND).map(
    (time) => time / SECOND,
  );
}

function refusal(rungs: readonly CutRung[], wanted: number, end: number) {
  try {
    cuts(rungs, wanted, end);
  } catch (error) {
    if (error instanceof PackError) return error;
    throw error;
  }
  throw new Error("not refused");
}

describe("fragments begin at common key frames, as near as can be to the wanted length", () => {
  test.each([
    ["groups of 1 s, 2 s wanted", every(1, 8), 2, 8, [0, 2, 4, 6]],
    ["groups of 1 s, 4 s wanted", every(1, 8), 4, 8, [0, 4]],
    ["groups of 4 s, 2 s wanted", every(4, 12), 2, 12, [0, 4, 8]],
    [
      "groups of 1.5 s, 2 s wanted: the earlier one",
      every(1.5, 6),
      2,
      6,
      [0, 1.5, 3, 4.5],
    ],
    [
      "two key frames are equally near: the earlier one",
      [0, 1, 3, 5, 7],
      2,
      8,
      [0, 1, 3, 5, 7],
    ],
    [
      "the end is nearer than the last key frame",
      every(1, 8),
      2,
      7.9,
      [0, 2, 4, 6],
    ],
    [
      "a rest of less than half a second joins the fragment before",
      every(2, 8.4),
      2,
      8.4,
      [0, 2, 4, 6],
    ],
    [
      "a rest of half a second is a fragment",
      every(2, 8.5),
      2,
      8.5,
      [0, 2, 4, 6, 8],
    ],
    ["a film shorter than a fragment", [0], 2, 0.3, [0]],
    [
      "a key frame of a scene cut is passed over",
      [0, 1.2, 2, 4],
      2,
      6,
      [0, 2, 4],
    ],
  ])("%s", (_, keys, wanted, end, expected) => {
    expect(cuts([rung("a.mp4", keys)], wanted, end)).toEqual(expected);
  });

  test("key frames of one rung alone are passed over", () => {
    const rungs = [
      rung("a.mp4", [0, 1.4, 2, 4]),
      rung("b.mp4", [0, 2, 3.1, 4]),
    ];
    expect(cuts(rungs, 2, 6)).toEqual([0, 2, 4]);
  });
});

describe("what shares no key frames is refused", () => {
  test("naming the first that differs, its frame and its time in both", () => {
    const rungs = [
      rung("a.mp4", [0, 2, 4.2, 8]),
      rung("b.mp4", [0, 2, 4.6, 9]),
    ];
    const { code, message, hint, facts } = refusal(rungs, 2, 20);
    expect(code).toBe("input");
    expect(message).toBe(
      "a.mp4: frame 106 (4.200 s) is a key frame, b.mp4 has its next one at frame 116 (4.600 s). Rungs must have key frames at the same times; between 2.000 s and 20.000 s they share none. Expected one every 10 s at least.",
    );
    expect(hint).toContain("scenecut=0");
    expect(facts).toEqual({ from: 2 * SECOND, until: 20 * SECOND });
  });

  test("where one has none any more", () => {
    const rungs = [rung("a.mp4", [0, 2]), rung("b.mp4", [0, 2, 4])];
    expect(refusal(rungs, 2, 20).message).toContain(
      "b.mp4: frame 101 (4.000 s) is a key frame, a.mp4 has none after that.",
    );
  });

  test("also in a single rung, whose key frames lie too far apart", () => {
    const { message } = refusal([rung("a.mp4", [0, 2, 13, 14, 15])], 2, 20);
    expect(message).toBe(
      "a.mp4: has no key frame between 2.000 s and 13.000 s that a fragment can begin with. Expected one every 10 s at least.",
    );
  });

  test("and not for a difference that lies elsewhere", () => {
    const rungs = [rung("a.mp4", [0, 12, 13]), rung("b.mp4", [0, 12, 14])];
    expect(refusal(rungs, 2, 20).message).toContain(
      "a.mp4: has no key frame between 0.000 s and 12.000 s",
    );
  });

  test("with why key frames do not count, where some do not", () => {
    const open = rung("a.mp4", [0], "frame 51 (2.000 s): an open GOP");
    expect(refusal([open], 2, 20).hint).toBe(
      "Some key frames cannot begin a fragment: a.mp4, frame 51 (2.000 s): an open GOP.",
    );
  });

  test("in a moment, however many key frames there are", () => {
    const keys = [0, ...every(0.04, 8_000).map((second) => second + 11)];
    const rungs = [rung("a.mp4", keys), rung("b.mp4", keys)];
    expect(refusal(rungs, 2, 10_000).message).toContain(
      "between 0.000 s and 11",
    );
  });

  test("differences of less than a millisecond are told", () => {
    const rungs = [rung("a.mp4", [0, 2]), rung("b.mp4", [0, 2.0000001])];
    expect(refusal(rungs, 2, 20).message).toContain(
      "a.mp4: frame 51 (2.000 s) is a key frame, b.mp4 has its next one at frame 51 (2.0000001 s).",
    );
  });
});

test("cuts begin with 0, grow, lie on key frames of all rungs and leave no long fragment", () => {
  const keys = fc
    .uniqueArray(fc.integer({ min: 1, max: 400 }), { minLength: 20 })
    .map((list) => [0, ...list.sort((a, b) => a - b)].map((k) => k / 4));
  const wanted = fc.integer({ min: 1, max: 16 }).map((k) => k / 2);
  fc.assert(
    fc.property(keys, keys, wanted, (a, b, length) => {
      const common = a.filter((time) => b.includes(time));
      const end = 101;
      const longest = Math.max(10, 3 * length);
      const gaps = [...common, end].map((t, i, all) => t - (all[i - 1] ?? 0));
      const rungs = [rung("a.mp4", a), rung("b.mp4", b)];
      if (Math.max(...gaps) > longest) {
        expect(refusal(rungs, length, end).code).toBe("input");
        return;
      }
      const chosen = cuts(rungs, length, end);
      expect(chosen[0]).toBe(0);
      expect(chosen.every((time) => common.includes(time))).toBe(true);
      const lengths = [...chosen, end].map(
        (t, i, all) => t - (all[i - 1] ?? t),
      );
      expect(Math.max(...lengths)).toBeLessThan(longest + 0.5);
      expect(Math.min(...lengths.slice(1))).toBeGreaterThan(0);
    }),
  );
});
