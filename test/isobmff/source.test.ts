import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  mfhd,
  moof,
  tfdt,
  tfhd,
  traf,
  trun,
  TFXD_UUID,
  tfxd,
  mfra,
  tfra,
} from "../../src/isobmff/boxes/fragment.js";
import { mvhd, mdhd, tkhd } from "../../src/isobmff/boxes/movie.js";
import {
  boxAt,
  childBox,
  childBoxes,
  numberField,
  numbersField,
  payloadOf,
  textField,
  type ParsedBox,
} from "../../src/isobmff/parsed-box.js";
import { parseBoxes } from "../../src/isobmff/source.js";
import { expectBytes, hex } from "../support/hex-bytes.js";

function parseOne(bytes: Uint8Array): ParsedBox {
  const [box, ...more] = parseBoxes(bytes);
  if (box === undefined || more.length > 0) throw new Error("not one box");
  return box;
}

const time = fc.integer({ min: 0, max: 2 ** 48 });
const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const sample = fc.record({
  duration: word,
  size: word,
  offset: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
});

describe("what we write, the npm package mp4box reads back", () => {
  test("in the fragments of a picture", () => {
    const samples = fc.array(sample, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(samples, word, time, (rows, flags, start) => {
        const durations = rows.map((row) => row.duration);
        const sizes = rows.map((row) => row.size);
        const compositionOffsets = rows.map((row) => row.offset);
        const run = { durations, sizes, compositionOffsets };
        const fragment = parseOne(
          moof(
            mfhd(3),
            traf(
              tfhd(9, flags),
              tfdt(start),
              trun({ dataOffset: 99, firstSampleFlags: 5, ...run }),
              tfxd(start, 77),
            ),
          ),
        );
        const head = boxAt(fragment, ["traf", "tfhd"]);
        expect(head?.field("track_id")).toBe(9);
        expect(head?.field("default_sample_flags")).toBe(flags);
        const table = boxAt(fragment, ["traf", "trun"]);
        expect(table?.field("data_offset")).toBe(99);
        expect(table?.field("first_sample_flags")).toBe(5);
        expect(numbersField(table, "sample_duration")).toEqual(durations);
        expect(numbersField(table, "sample_size")).toEqual(sizes);
        expect(numbersField(table, "sample_composition_time_offset")).toEqual(
          compositionOffsets,
        );
        expect(
          boxAt(fragment, ["traf", "tfdt"])?.field("baseMediaDecodeTime"),
        ).toBe(start);
        const smooth = boxAt(fragment, ["traf", TFXD_UUID.replaceAll("-", "")]);
        expect(smooth?.field("absolute_time")).toBe(start);
        expect(smooth?.field("duration")).toBe(77);
      }),
      { numRuns: 50 },
    );
  });

  test("in the index of a file", () => {
    const entries = fc.array(fc.record({ time, moofOffset: time }));
    fc.assert(
      fc.property(entries, (rows) => {
        const index = parseOne(mfra(tfra(4, rows)));
        const table = childBox(index, "tfra");
        expect(table?.field("track_ID")).toBe(4);
        expect(table?.field("entries")).toEqual(
          rows.map((row) => ({
            time: row.time,
            moof_offset: row.moofOffset,
            traf_number: 1,
            trun_number: 1,
            sample_delta: 1,
          })),
        );
        expect(childBox(index, "mfro")?.field("_size")).toBe(index.size);
      }),
      { numRuns: 50 },
    );
  });

  test("in the headers of movie and track", () => {
    const movie = parseOne(mvhd(10_000_000, 5_000_000_000, 2));
    expect(numberField(movie, "timescale")).toBe(10_000_000);
    expect(numberField(movie, "duration")).toBe(5_000_000_000);
    expect(numberField(movie, "next_track_id")).toBe(2);
    const size = { width: 854, height: 480, audible: false };
    const track = parseOne(tkhd({ trackId: 1, duration: 7, ...size }));
    expect(numberField(track, "width")).toBe(854 * 65_536);
    expect(numberField(track, "height")).toBe(480 * 65_536);
    const media = parseOne(mdhd(48_000, 1, "deu"));
    expect(textField(media, "languageString")).toBe("deu");
  });
});

describe("a parsed box", () => {
  const bytes = hex`
    00000008 'free'
    00000024 'dinf'
      0000001C 'dref' 00 000000 00000001
        0000000C 'url ' 00 000001
  `;

  test("knows where it stands in the bytes, and its payload", () => {
    const [free, dinf] = parseBoxes(bytes);
    expect([free?.start, free?.size]).toEqual([0, 8]);
    expect([dinf?.start, dinf?.size]).toEqual([8, 36]);
    const url = dinf && boxAt(dinf, ["dref", "url "]);
    expect(url?.start).toBe(32);
    expectBytes(url ? payloadOf(url) : hex``, hex``);
    const dref = dinf && childBox(dinf, "dref");
    expect(dref && childBoxes(dref, "url ")).toHaveLength(1);
    expect(dref && childBoxes(dref, "urn ")).toEqual([]);
  });

  test("is read from a window into larger bytes", () => {
    const [dinf] = parseBoxes(bytes.subarray(8));
    expect([dinf?.type, dinf?.start]).toEqual(["dinf", 0]);
  });

  test("has NaN, no text and no numbers where it has no such field", () => {
    const free = parseOne(hex`00000008 'free'`);
    expect(numberField(free, "timescale")).toBeNaN();
    expect(textField(free, "languageString")).toBe("");
    expect(numbersField(free, "sample_size")).toEqual([]);
    expect(numbersField(undefined, "sample_size")).toEqual([]);
    expect(boxAt(free, ["mdia", "minf"])).toBeUndefined();
  });
});

describe("a child that claims more than its parent has", () => {
  const lying = hex`00000010 'moov' 00000099 'mvhd'`;

  test("is told to whoever asks", () => {
    const complaints: string[] = [];
    parseBoxes(lying, (message) => complaints.push(message));
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain("mvhd");
  });

  test("is not told to the next one", () => {
    const complaints: string[] = [];
    parseBoxes(lying);
    parseBoxes(hex`00000008 'free'`, (message) => complaints.push(message));
    expect(complaints).toEqual([]);
  });
});
