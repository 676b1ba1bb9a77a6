import fc from "fast-check";
import { expect, test } from "vitest";
import { estimateDurations } from "../../src/audience/film.js";

test("a fragment lasts until the next one, the last one as long as most", () => {
  expect(estimateDurations([0, 20, 40, 60])).toEqual([20, 20, 20, 20]);
});

test("the order of the times does not matter", () => {
  expect(estimateDurations([60, 0, 45, 20, 40])).toEqual([20, 20, 15, 20, 5]);
});

test("where fragments are missing, those before last as long as most", () => {
  expect(estimateDurations([0, 20, 40, 400, 420])).toEqual([
    ...[20, 20, 20, 20, 20],
  ]);
});

test("of distances that are equally common the smallest is believed: gaps only add", () => {
  expect(estimateDurations([0, 20, 60])).toEqual([20, 20, 20]);
});

test("of one fragment, or none, two seconds are believed", () => {
  expect(estimateDurations([5])).toEqual([20_000_000]);
  expect(estimateDurations([])).toEqual([]);
});

test("of regular fragments any that are known give the true duration, as long as two neighbours are the rule", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e8 }),
      fc.uniqueArray(fc.nat(500), { minLength: 1, maxLength: 20 }),
      (duration, pairs) => {
        const places = new Set(pairs.flatMap((i) => [i * 10, i * 10 + 1]));
        const times = [...places].map((place) => place * duration);
        expect(new Set(estimateDurations(times))).toEqual(new Set([duration]));
      },
    ),
  );
});
