import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SampleTable } from "../../src/media/track.js";
import { decodeAsShown } from "../../src/tracks/apply-edits.js";
import { table } from "../support/track.js";

function reordered(samples: SampleTable) {
  decodeAsShown(samples, "a.mp4 track 1");
  return {
    times: [...samples.decodeTime],
    offsets: [...samples.compositionOffset],
  };
}

function shownAt({ count, decodeTime, compositionOffset }: SampleTable) {
  return Array.from(
    { length: count },
    (_, i) => (decodeTime[i] ?? 0) + (compositionOffset[i] ?? 0),
  );
}

describe("pictures are decoded when pictures are shown", () => {
  test("also where the source rounded both by clocks of their own", () => {
    // 41.7 ms a frame on a clock of milliseconds; the second group is decoded a tick early.
    const samples = table([42, 41, 42, 42, 41, 42], {
      offsets: [0, 83, -41, -42, 1, 1],
    });
    expect(shownAt(samples)).toEqual([0, 125, 42, 83, 168, 209]);
    expect(reordered(samples)).toEqual({
      times: [0, 42, 83, 125, 168, 209, 250],
      offsets: [0, 83, -41, -42, 0, 0],
    });
  });

  test("also where pictures between the last two are missing: the film ends with the last", () => {
    const samples = table([40, 40, 40], { offsets: [0, 0, 80] });
    expect(reordered(samples)).toEqual({
      times: [0, 40, 160, 200],
      offsets: [0, 0, 0],
    });
  });

  test("a last picture of no length lasts as long as the one before", () => {
    expect(reordered(table([40, 40, 0])).times).toEqual([0, 40, 80, 120]);
  });

  test("two at the same time are refused", () => {
    const message =
      "a.mp4 track 1: pictures 2 and 3, in the order in which they are shown, are shown at the same time. Expected one at a time.";
    expect(() => reordered(table([40, 0, 40]))).toThrow(message);
    const offsets = [0, 40, 0];
    expect(() => reordered(table([40, 40, 40], { offsets }))).toThrow(message);
  });

  test("whatever the order, each is shown when it was and decode times grow", () => {
    const video = fc.record({
      duration: fc.integer({ min: 1, max: 5000 }),
      turn: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(video, { minLength: 1 }), (pictures) => {
        const samples = table(
          pictures.map(({ duration }) => duration),
          { offsets: pictures.map(({ turn }) => turn * 10_007) },
        );
        const before = shownAt(samples);
        fc.pre(new Set(before).size === before.length);
        const { times } = reordered(samples);
        expect(shownAt(samples)).toEqual(before);
        expect(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0)));
        expect(times.slice(0, -1)).toEqual(before.sort((a, b) => a - b));
      }),
    );
  });
});
