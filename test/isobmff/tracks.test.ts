import { describe, expect, test } from "vitest";
import { box, fullBox } from "../../src/isobmff/box.js";
import {
  moov,
  mvhd,
  hdlr,
  mdhd,
  mdia,
  minf,
  tkhd,
  trak,
} from "../../src/isobmff/boxes/movie.js";
import { avc1, stbl } from "../../src/isobmff/boxes/sample-table.js";
import { u32 } from "../../src/isobmff/bytes.js";
import { parseBoxes } from "../../src/isobmff/source.js";
import { TABLES as UNREAD } from "../../src/isobmff/table-rows.js";
import { readMovieTracks, type MovieTrack } from "../../src/isobmff/tracks.js";
import { hex } from "../support/hex-bytes.js";

const ENTRY = avc1(16, 16, hex`01 42C01E FF E1 0004 67010203 01 0002 68CE`);
const HEAD_FIELDS = { duration: 80, width: 16, height: 16, audible: false };
const HEAD = tkhd({ ...HEAD_FIELDS, trackId: 5 });

/** Two samples of 9 and 8 bytes, 40 ticks each, in one chunk at byte 48. */
const TABLES = box(
  "stbl",
  fullBox("stsd", 0, 0, u32(1), ENTRY),
  fullBox("stts", 0, 0, u32(1, 2, 40)),
  fullBox("stsz", 0, 0, u32(0, 2, 9, 8)),
  fullBox("stsc", 0, 0, u32(1, 1, 2, 1)),
  fullBox("stco", 0, 0, u32(1, 48)),
);

function read(...traks: Uint8Array[]): MovieTrack[] {
  const [movie] = parseBoxes(
    moov(mvhd(1000, 80, 6), ...traks),
    undefined,
    UNREAD,
  );
  if (movie === undefined) throw new Error("no moov");
  return readMovieTracks(movie, "film.mp4");
}

function media(handler: "vide" | "soun", tables: Uint8Array): Uint8Array {
  return mdia(mdhd(1000, 80, "fra"), hdlr(handler, "Media"), minf(tables));
}

describe("a track of a movie", () => {
  test("is told in plain words", () => {
    const [track, ...more] = read(trak(HEAD, media("vide", TABLES)));
    expect(more).toEqual([]);
    expect(track).toMatchObject({
      trackId: 5,
      timescale: 1000,
      language: "fra",
      edits: [],
      sampleEntry: { type: "avc1" },
    });
    expect([...(track?.samples.offset ?? [])]).toEqual([48, 57]);
    expect([...(track?.samples.decodeTime ?? [])]).toEqual([0, 40, 80]);
  });

  test("has the edits of its edit list, an empty edit as -1", () => {
    const edits = box(
      "edts",
      hex`
        00000028 'elst' 00 000000 00000002
        00000064 FFFFFFFF 0001 0000
        000000C8 00000400 0001 0000
      `,
    );
    const [track] = read(trak(HEAD, edits, media("vide", TABLES)));
    expect(track?.edits).toEqual([
      { segmentDuration: 100, mediaTime: -1, rate: 1 },
      { segmentDuration: 200, mediaTime: 1024, rate: 1 },
    ]);
  });

  test("tells a speed with its fraction", () => {
    const edits = box(
      "edts",
      hex`0000001C 'elst' 00 000000 00000001 00000064 00000000 0001 8000`,
    );
    const [track] = read(trak(HEAD, edits, media("vide", TABLES)));
    expect(track?.edits.map(({ rate }) => rate)).toEqual([1.5]);
  });

  test("of 64-bit edits is told alike", () => {
    const edits = box(
      "edts",
      hex`
        00000024 'elst' 01 000000 00000001
        0000000000000050 000000012A05F200 0001 0000
      `,
    );
    const [track] = read(trak(HEAD, edits, media("vide", TABLES)));
    expect(track?.edits).toEqual([
      { segmentDuration: 80, mediaTime: 5_000_000_000, rate: 1 },
    ]);
  });

  test("without samples, as in a track file, has a table of none", () => {
    const [track] = read(trak(HEAD, media("soun", stbl(ENTRY))));
    expect(track?.samples.count).toBe(0);
    expect([...(track?.samples.decodeTime ?? [])]).toEqual([0]);
  });
});

test("tracks that are neither picture nor sound are passed over", () => {
  const timecode = mdia(
    mdhd(1000, 80, "und"),
    hex`00000021 'hdlr' 00 000000 00000000 'tmcd' 000000000000000000000000 00`,
  );
  const tracks = read(
    trak(HEAD, timecode),
    trak(HEAD, media("soun", stbl(ENTRY))),
  );
  expect(tracks).toHaveLength(1);
});

test("a track without its tables is a damaged input", () => {
  const hollow = mdia(mdhd(1000, 80, "und"), hdlr("vide", ""), minf());
  expect(() => read(trak(HEAD, hollow))).toThrow(
    expect.objectContaining({
      code: "input",
      message: "film.mp4 track 5: no mdia/minf/stbl box in trak.",
    }),
  );
  expect(() => read(trak(media("vide", TABLES)))).toThrow(
    "film.mp4: no tkhd box in trak.",
  );
});
