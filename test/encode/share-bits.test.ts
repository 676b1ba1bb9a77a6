import fc from "fast-check";
import { expect, test } from "vitest";
import { shareBits, type WeighedPiece } from "../../src/encode/share-bits.js";

/** Pieces of so many seconds, each a part. */
const piece = (...parts: number[]): WeighedPiece => ({
  parts,
  seconds: parts.length,
});
const even = (weight: number, seconds = 8) =>
  piece(...Array<number>(seconds).fill(weight));

const RUNG = { bitrate: 1000, maxBitrate: 1500, bufferSize: 3000 };
const WIDE = { bitrate: 1000, maxBitrate: 4000, bufferSize: 8000 };
const LOW = 0.1;

const rates = (pieces: readonly WeighedPiece[], rung = RUNG) =>
  shareBits(pieces, rung, LOW).map(({ bitrate }) => bitrate);
const fills = (pieces: readonly WeighedPiece[], rung = RUNG) =>
  shareBits(pieces, rung, LOW).map(({ fill }) => fill);

test("pieces get bits by their weights, and the average is the rung's", () => {
  expect(rates([even(100), even(300)], WIDE)).toEqual([500, 1500]);
  // The same weight in half the time is twice the rate.
  expect(rates([even(100, 10), even(200, 5)], WIDE)).toEqual([750, 1500]);
});

test("what the line does not carry of hard pictures goes to the others, in their own piece too", () => {
  // The hard piece has the line, and what is in the buffer: 8 x 1500, but no more than the line on average.
  expect(rates([even(100), even(900)])).toEqual([500, 1500]);
  // Two hard seconds: 3000 of the line, 2400 of the buffer; the rest of 16000 is for 14 others.
  const mixed = piece(9000, 9000, 1, 1, 1, 1, 1, 1);
  const other = Math.round(10_600 / 14);
  const [first = 0, second] = rates([mixed, even(1)]);
  expect(second).toBe(other);
  const carried = (5400 + 6 * (10_600 / 14)) / 8;
  // x264 leaves some of it.
  expect(first).toBe(Math.round(carried * 1.06));
});

test("where all weights are alike, or none weighs anything, none is starved", () => {
  expect(rates([even(7), even(7), even(7)])).toEqual([1000, 1000, 1000]);
  expect(rates([even(0), { parts: [], seconds: 8 }])).toEqual([20, 20]);
  expect(rates([{ parts: [], seconds: 8 }, even(5)])).toEqual([20, 1500]);
});

test("what a piece ends with decides how full it leaves the buffer, not its average", () => {
  const calm = even(1);
  // 16 s of 1000 bits: each of the hard parts needs 4000, the line brings 1500, and 2400 are in the buffer.
  expect(fills([calm, calm])).toEqual([0.9, expect.closeTo(0.9)]);
  expect(fills([piece(1, 1, 1, 1, 1, 1, 1, 4), calm])[1]).toBeLessThan(0.5);
  expect(fills([piece(4, 1, 1, 1, 1, 1, 1, 1), calm])[1]).toBeCloseTo(0.9);
  const hard = piece(1, 1, 1, 1, 900, 900, 900, 900);
  expect(fills([hard, calm])[1]).toBeCloseTo(LOW);
  // It goes on over the cuts: a short piece cannot fill an empty buffer.
  expect(fills([hard, piece(9000), calm])[2]).toBeCloseTo(LOW);
});

test("for any weights the bits are the rung's, or what the line carries, and no piece gets more than the line", () => {
  const parts = fc.array(fc.integer({ min: 1, max: 1e6 }), {
    minLength: 1,
    maxLength: 30,
  });
  const rung = { bitrate: 1e6, maxBitrate: 1.5e6, bufferSize: 2e6 };
  fc.assert(
    fc.property(fc.array(parts, { minLength: 1, maxLength: 20 }), (all) => {
      const pieces = all.map((each) => piece(...each));
      const found = shareBits(pieces, rung, LOW);
      const bits = found.reduce(
        (sum, { bitrate }, i) => sum + bitrate * (pieces[i]?.seconds ?? 0),
        0,
      );
      const seconds = all.flat().length;
      expect(bits / seconds).toBeGreaterThan(999_990);
      expect(bits / seconds).toBeLessThanOrEqual(1_080_000);
      for (const { bitrate, fill } of found) {
        expect(bitrate).toBeLessThanOrEqual(1_500_000);
        expect(fill).toBeGreaterThan(LOW - 1e-9);
        expect(fill).toBeLessThanOrEqual(0.9);
      }
    }),
  );
});
