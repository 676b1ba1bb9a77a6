import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encryptedInUnit, SubsampleColumns } from "../../src/drm/subsamples.js";

/** The subsamples of one sample, as [clear, protected]. */
function rowsOf(
  clear: readonly number[],
  hidden: readonly number[],
  rest: number,
): [number, number][] {
  const columns = new SubsampleColumns(1);
  columns.add(clear, hidden, rest, () => "frame 1");
  const table = columns.table();
  expect([...table.first]).toEqual([0, table.clear.length]);
  return [...table.clear].map((bytes, i) => [bytes, table.encrypted[i] ?? NaN]);
}

describe("of a slice", () => {
  test.each([
    [0, 0],
    [111, 0],
    [112, 16],
    [127, 16],
    [128, 32],
    [10_000, 9_904],
  ])("of %i bytes, the last %i are protected", (size, hidden) => {
    expect(encryptedInUnit(size)).toBe(hidden);
  });

  test("whole blocks are, and at least 96 bytes are not", () => {
    fc.assert(
      fc.property(fc.nat(5_000_000), (size) => {
        const hidden = encryptedInUnit(size);
        expect(hidden % 16).toBe(0);
        expect(size - hidden).toBeGreaterThanOrEqual(Math.min(size, 96));
        if (size >= 112) expect(size - hidden).toBeLessThan(112);
      }),
    );
  });
});

describe("the subsamples of a sample", () => {
  test("are runs of clear and protected bytes, and what is clear at the end", () => {
    expect(rowsOf([100, 7], [16, 32], 9)).toEqual([
      [100, 16],
      [7, 32],
      [9, 0],
    ]);
  });

  test("are one that is clear when nothing is protected", () => {
    expect(rowsOf([], [], 40)).toEqual([[40, 0]]);
  });

  test("split what is clear where 16 bits are full", () => {
    expect(rowsOf([65_535], [16], 0)).toEqual([[65_535, 16]]);
    expect(rowsOf([65_536], [16], 131_071)).toEqual([
      [65_535, 0],
      [1, 16],
      [65_535, 0],
      [65_535, 0],
      [1, 0],
    ]);
  });

  test("are at most 40: the shortest of more slices stay clear", () => {
    const hidden = Array.from({ length: 45 }, (_, i) => 16 * (1 + (i % 9)));
    const rows = rowsOf(
      hidden.map(() => 100),
      hidden,
      0,
    );
    expect(rows).toHaveLength(40);
    // Five of 16 bytes are the shortest.
    expect(rows.every(([, bytes]) => bytes >= 32)).toBe(true);
    expect(rows[0]).toEqual([100 + 16 + 100, 32]);
  });

  test("of equal slices the first ones stay protected", () => {
    const hidden = Array<number>(100).fill(160);
    const rows = rowsOf(
      hidden.map(() => 100),
      hidden,
      0,
    );
    const kept = Array<[number, number]>(39).fill([100, 160]);
    expect(rows).toEqual([...kept, [61 * 260, 0]]);
  });

  test("keep every byte, in at most 40 rows of whole blocks", () => {
    const run = fc.record({
      clear: fc.nat(200_000),
      hidden: fc.integer({ min: 1, max: 5000 }).map((n) => 16 * n),
    });
    fc.assert(
      fc.property(
        fc.array(run, { maxLength: 300 }),
        fc.nat(100_000),
        (runs, rest) => {
          const clear = runs.map((one) => one.clear % 3000);
          const hidden = runs.map((one) => one.hidden);
          const sum = (list: readonly number[]) =>
            list.reduce((a, b) => a + b, 0);
          const whole = sum(clear) + sum(hidden) + rest;
          if (whole > 39 * 65_535) return;
          const rows = rowsOf(clear, hidden, rest);
          expect(rows.length).toBeLessThanOrEqual(40);
          expect(sum(rows.flat())).toBe(whole);
          expect(rows.every(([, bytes]) => bytes % 16 === 0)).toBe(true);
        },
      ),
    );
  });

  test("are refused where 40 cannot tell of all that stays clear", () => {
    expect(() => rowsOf([], [], 41 * 65_535)).toThrow(/frame 1: more than/);
  });
});
