import { describe, expect, test } from "vitest";
import { PackError } from "../../src/errors.js";
import { box, fullBox } from "../../src/isobmff/box.js";
import { u32 } from "../../src/isobmff/bytes.js";
import {
  expandSampleTable,
  onlySampleEntry,
  timescaleOf,
} from "../../src/isobmff/sample-table.js";
import { parseBoxes } from "../../src/isobmff/source.js";
import { TABLES, tablesInMemory } from "../../src/isobmff/table-rows.js";
import type { ParsedBox } from "../../src/isobmff/parsed-box.js";
import type { SampleTable } from "../../src/media/track.js";

type Tables = Readonly<Record<string, readonly number[]>>;

/** An stbl of full boxes, each with its words of 32 bits behind version and flags. */
function stblOf(tables: Tables): ParsedBox {
  const boxes = Object.entries(tables).map(([type, words]) =>
    fullBox(type, 0, 0, u32(...words)),
  );
  const [stbl] = parseBoxes(box("stbl", ...boxes), undefined, TABLES);
  if (stbl === undefined) throw new Error("no stbl");
  return stbl;
}

function expand(tables: Tables): SampleTable {
  return expandSampleTable(tablesInMemory(stblOf(tables), "film.mp4 track 1"));
}

/** Seven samples of 1 to 7 bytes: two chunks of two samples, then three of one. */
const SEVEN: Tables = {
  stts: [2, 3, 10, 4, 20],
  stsz: [0, 7, 1, 2, 3, 4, 5, 6, 7],
  stsc: [2, 1, 2, 1, 3, 1, 1],
  stco: [5, 1000, 2000, 3000, 4000, 5000],
};

describe("the tables of an stbl, one row a sample", () => {
  test("give decode times from runs of durations, and the end of the last", () => {
    const { decodeTime } = expand(SEVEN);
    expect([...decodeTime]).toEqual([0, 10, 20, 30, 50, 70, 90, 110]);
  });

  test("give the place of each sample from several runs of chunks", () => {
    const { count, offset, size } = expand(SEVEN);
    expect(count).toBe(7);
    expect([...size]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect([...offset]).toEqual([1000, 1001, 2000, 2003, 3000, 4000, 5000]);
  });

  test("give places beyond 32 bits from a co64", () => {
    const { stts = [], stsz = [], stsc = [] } = SEVEN;
    const co64 = [5, 0, 1000, 0, 2000, 1, 0, 1, 50, 2, 0];
    expect([...expand({ stts, stsz, stsc, co64 }).offset]).toEqual([
      1000, 1001, 2000, 2003, 4_294_967_296, 4_294_967_346, 8_589_934_592,
    ]);
  });

  test("give places in 32 bits where they fit, also the last ones of an stco in a larger file", () => {
    expect(expand(SEVEN).offset).toBeInstanceOf(Uint32Array);
    const last = 2 ** 32 - 2;
    const { offset } = expand({
      ...{ stts: [1, 3, 10], stsz: [0, 3, 4, 5, 6] },
      ...{ stsc: [1, 1, 3, 1], stco: [1, last] },
    });
    expect([...offset]).toEqual([last, last + 4, last + 9]);
  });

  test("give one size for all samples when stsz has one", () => {
    const { size, offset } = expand({ ...SEVEN, stsz: [9, 7] });
    expect([...size]).toEqual([9, 9, 9, 9, 9, 9, 9]);
    expect([...offset]).toEqual([1000, 1009, 2000, 2009, 3000, 4000, 5000]);
  });

  test("give sizes in 16 bits where they all fit", () => {
    const sizesOf = (...stsz: number[]) => expand({ ...SEVEN, stsz }).size;
    const most = 2 ** 16 - 1;
    for (const [words, kind, sizes] of [
      [[0, 7, 1, 2, 3, 4, 5, 6, most], Uint16Array, [1, 2, 3, 4, 5, 6, most]],
      [
        [0, 7, 1, 2, 3, 4, 5, 6, most + 1],
        Uint32Array,
        [1, 2, 3, 4, 5, 6, most + 1],
      ],
      [[most, 7], Uint16Array, Array<number>(7).fill(most)],
      [[most + 1, 7], Uint32Array, Array<number>(7).fill(most + 1)],
    ] as const) {
      expect(sizesOf(...words)).toBeInstanceOf(kind);
      expect([...sizesOf(...words)]).toEqual(sizes);
    }
  });

  test("give composition offsets, below zero too; none without a ctts", () => {
    const ctts = [3, 1, 0, 2, 40, 4, -20];
    expect([...expand({ ...SEVEN, ctts }).compositionOffset]).toEqual([
      0, 40, 40, -20, -20, -20, -20,
    ]);
    expect([...expand(SEVEN).compositionOffset]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test("make every sample a sync sample when there is no stss", () => {
    expect([...expand(SEVEN).sync]).toEqual([1, 1, 1, 1, 1, 1, 1]);
    const stss = [2, 1, 5];
    expect([...expand({ ...SEVEN, stss }).sync]).toEqual([1, 0, 0, 0, 1, 0, 0]);
    expect([...expand({ ...SEVEN, stss: [0] }).sync]).toEqual([
      0, 0, 0, 0, 0, 0, 0,
    ]);
  });
});

describe("tables that contradict one another are a damaged input", () => {
  test.for<{ tables: Tables; message: string }>([
    {
      tables: { ...SEVEN, stts: [1, 6, 10] },
      message: "film.mp4 track 1: stts describes 6 samples, stsz 7.",
    },
    {
      tables: { ...SEVEN, stsc: [1, 1, 1, 1] },
      message: "film.mp4 track 1: stsc describes 5 samples, stsz 7.",
    },
    {
      tables: { ...SEVEN, stco: [0] },
      message: "film.mp4 track 1: stsc describes 0 samples, stsz 7.",
    },
  ])("$message", ({ tables, message }) => {
    expect(() => expand(tables)).toThrow(
      expect.objectContaining({ name: "PackError", code: "input", message }),
    );
  });

  test.for<{ error: string; tables: Tables }>([
    {
      error: "chunks that count from 0",
      tables: { ...SEVEN, stsc: [1, 0, 2, 1] },
    },
    {
      error: "a run of chunks that goes back",
      tables: { ...SEVEN, stsc: [2, 1, 2, 1, 1, 2, 1] },
    },
    {
      error: "a first chunk that is not 1",
      tables: { ...SEVEN, stsc: [1, 2, 2, 1] },
    },
    {
      error: "a ctts that ends before the samples do",
      tables: { ...SEVEN, ctts: [1, 3, 40] },
    },
    {
      error: "a sync sample behind the last",
      tables: { ...SEVEN, stss: [1, 8] },
    },
  ])("so $fault is one", ({ tables }) => {
    expect(() => expand(tables)).toThrow(PackError);
  });
});

test("a table that claims more rows than it has bytes is a damaged input", () => {
  expect(() => expand({ ...SEVEN, stco: [6, 1, 2, 3, 4, 5] })).toThrow(
    expect.objectContaining({
      code: "input",
      message: "film.mp4 track 1: stco claims 6 rows and has 36 bytes.",
    }),
  );
  expect(() => expand({ ...SEVEN, stsz: [] })).toThrow(PackError);
});

describe("a sample description", () => {
  test("with no entry, or with two, is not for us", () => {
    const entry = box("mp4v", new Uint8Array(78));
    for (const entries of [[], [entry, entry]]) {
      const stsd = fullBox("stsd", 0, 0, u32(entries.length), ...entries);
      const [stbl] = parseBoxes(box("stbl", stsd));
      expect(() => stbl && onlySampleEntry(stbl, "a.mp4 track 2")).toThrow(
        `a.mp4 track 2: ${entries.length} sample entries, which is a codec or a size that changes on the way. Expected one.`,
      );
    }
  });
});

test("a track without a timescale is damaged", () => {
  const [mdhd] = parseBoxes(fullBox("mdhd", 0, 0, u32(0, 0, 0, 0, 0)));
  expect(() => timescaleOf(mdhd, "a.mp4 track 1")).toThrow(
    "a.mp4 track 1: mdhd has timescale 0. Expected 1 or more.",
  );
  expect(() => timescaleOf(undefined, "a.mp4 track 1")).toThrow(PackError);
});
