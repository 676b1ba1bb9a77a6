import { describe, expect, test } from "vitest";
import { readFragment } from "../../src/drm/finished/fragment-boxes.js";
import { movedIndex } from "../../src/drm/finished/moved-index.js";
import { box, longs, words } from "./layouts/boxes.js";

const ones = Buffer.from([1, 1, 1]);

function index(isLong: boolean, rows: readonly (readonly [number, number])[]) {
  const head = words(isLong ? 0x01000000 : 0, 7, 0, rows.length);
  const numbers = rows.flatMap(([time, position]) => [
    isLong ? longs(time, position) : words(time, position),
    ones,
  ]);
  const tfra = box("tfra", head, ...numbers);
  return box("mfra", tfra, box("mfro", words(0, tfra.length + 24)));
}

describe("the index of a file whose fragments move", () => {
  test("keeps its 32 bits where they hold all positions", () => {
    const moves = new Map([
      [100, 120],
      [200, 2 ** 32 - 1],
    ]);
    const before = index(false, [
      [0, 100],
      [50, 200],
    ]);
    expect(Buffer.from(movedIndex(before, moves))).toEqual(
      index(false, [
        [0, 120],
        [50, 2 ** 32 - 1],
      ]),
    );
  });

  test("gets 64 bits where a position is beyond 4 GB, and tells its new size", () => {
    const moves = new Map([
      [100, 120],
      [2 ** 32 - 1, 2 ** 32 + 4],
    ]);
    const before = index(false, [
      [0, 100],
      [0xfffffffe, 2 ** 32 - 1],
    ]);
    expect(Buffer.from(movedIndex(before, moves))).toEqual(
      index(true, [
        [0, 120],
        [0xfffffffe, 2 ** 32 + 4],
      ]),
    );
  });

  test("that names a place without a fragment is refused", () => {
    expect(() => movedIndex(index(true, [[0, 7]]), new Map())).toThrow(
      /names a fragment at 7, where none is/,
    );
  });
});

describe("a fragment", () => {
  /** Without a size in its trun, and with 40 bytes of media. */
  const fragment = (count: number, ...tfhd: Buffer[]) => {
    const moof = (offset: number) =>
      box(
        "moof",
        box("mfhd", words(0, 1)),
        box(
          "traf",
          tfhd[0] ?? box("tfhd", words(0, 7)),
          box("trun", words(1, count, offset)),
        ),
      );
    const head = moof(moof(0).length + 8);
    return Buffer.concat([head, box("mdat", Buffer.alloc(40, 1))]);
  };
  const withSize = (size: number) =>
    new Map([[7, { size, duration: 1, flags: 0 }]]);

  test.each([
    ["moov", fragment(4), withSize(10)],
    ["tfhd", fragment(4, box("tfhd", words(0x10, 7, 10))), withSize(20)],
  ])("takes the size of its samples from the %s", (_, bytes, defaults) => {
    const { sizes, starts } = readFragment(bytes, { start: 0, defaults });
    const begin = bytes.length - 40;
    expect(sizes).toEqual([10, 10, 10, 10]);
    expect(starts).toEqual([0, 10, 20, 30].map((at) => begin + at));
  });

  test.each([
    ["more samples than it has bytes", fragment(0xffffffff), withSize(1)],
    ["countless samples of no byte", fragment(0xffffffff), withSize(0)],
  ])("that claims %s is refused", (_, bytes, defaults) => {
    expect(() => readFragment(bytes, { start: 0, defaults })).toThrow(
      /a trun that claims 4294967295 samples/,
    );
  });

  test("whose samples lie in its moof, or behind its mdat, is refused", () => {
    const defaults = withSize(10);
    const inMoof = fragment(4);
    inMoof.writeInt32BE(8, inMoof.indexOf("mdat") - 8);
    const behind = fragment(5);
    for (const bytes of [inMoof, behind])
      expect(() => readFragment(bytes, { start: 0, defaults })).toThrow(
        /samples at bytes \d+ to \d+ of \d+, expected behind the moof of \d+/,
      );
  });
});
