import { describe, expect } from "vitest";
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
import { avc1 } from "../../src/isobmff/boxes/sample-table.js";
import { u32 } from "../../src/isobmff/bytes.js";
import { readMovie } from "../../src/isobmff/read-movie.js";
import { expectBytes, hex } from "../support/hex-bytes.js";
import { readMoov } from "../support/read-moov.js";
import { test, writeTo } from "../support/scratch-folder.js";

const FTYP = hex`00000010 'ftyp' 'isml' 00000001`;
const MDAT = hex`0000000C 'mdat' 01020304`;
const LONG_MDAT = hex`00000001 'mdat' 0000000000000014 01020304`;
const MOOV = hex`
  0000001C 'moov'
    00000014 'mehd' 01 000000 0000000000000063
`;

describe("the moov of a file", () => {
  test.for([
    { place: "in front of the media", parts: [FTYP, MOOV, MDAT] },
    { place: "behind the media", parts: [FTYP, MDAT, MOOV] },
    { place: "behind media of 64-bit size", parts: [LONG_MDAT, MOOV] },
  ])("is found $place", async ({ parts }, { scratch }) => {
    const found = await readMoov(await writeTo(scratch, "film.mp4", ...parts));
    expect(found?.children.map((child) => child.type)).toEqual(["mehd"]);
    expect(found?.children[0]?.field("fragment_duration")).toBe(99);
    expectBytes(found?.bytes ?? MDAT, MOOV);
  });

  test("that is not there is a damaged input", async ({ scratch }) => {
    const path = await writeTo(scratch, "film.mp4", FTYP, MDAT);
    await expect(readMovie(path)).rejects.toMatchObject({
      code: "input",
      message: `${path}: no moov box found.`,
      hint: expect.stringMatching(
        /^The file is cut off, or it is not MP4/,
      ) as string,
    });
  });

  test("that is cut off is a damaged input, with the sizes", async ({
    scratch,
  }) => {
    const cut = MOOV.subarray(0, 20);
    const path = await writeTo(scratch, "film.mp4", FTYP, cut);
    await expect(readMovie(path)).rejects.toMatchObject({
      code: "input",
      message: `${path}: moov claims 28 bytes at 16, the file has 36.`,
    });
  });

  test("whose child claims more than it has is a damaged input", async ({
    scratch,
  }) => {
    const lying = hex`00000010 'moov' 00000099 'mvhd'`;
    const path = await writeTo(scratch, "film.mp4", FTYP, lying);
    await expect(readMovie(path)).rejects.toMatchObject({
      code: "input",
      message: expect.stringContaining(
        `${path}: moov cannot be parsed (`,
      ) as string,
    });
  });
});

test("large tables are read from the file, a piece at a time", async ({
  scratch,
}) => {
  const count = 40_000; // 160 kB of sizes
  const sizes = Array.from({ length: count }, (_, i) => 1 + (i % 7));
  const entry = avc1(16, 16, hex`01 42C01E FF E1 0004 67010203 01 0002 68CE`);
  const tables = box(
    "stbl",
    fullBox("stsd", 0, 0, u32(1), entry),
    fullBox("stts", 0, 0, u32(1, count, 40)),
    fullBox("stsz", 0, 0, u32(0, count, ...sizes)),
    fullBox("stsc", 0, 0, u32(1, 1, count, 1)),
    fullBox("stco", 0, 0, u32(1, 1000)),
  );
  const head = { duration: 80, width: 16, height: 16, audible: false };
  const movie = moov(
    mvhd(1000, 80, 6),
    trak(
      tkhd({ ...head, trackId: 5 }),
      mdia(mdhd(1000, 80, "und"), hdlr("vide", ""), minf(tables)),
    ),
  );
  const path = await writeTo(scratch, "film.mp4", MDAT, movie);
  const [track] = await readMovie(path);
  expect([...(track?.samples.size ?? [])]).toEqual(sizes);
});

test("a file that is not there, or is a folder, is an unreadable input", async ({
  scratch,
}) => {
  const missing = `${scratch}/none.mp4`;
  await expect(readMovie(missing)).rejects.toMatchObject({
    code: "input",
    message: expect.stringMatching(
      /none\.mp4: cannot be read \(no such file/,
    ) as string,
  });
});
