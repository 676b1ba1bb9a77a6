import { describe, expect } from "vitest";
import { readMoov } from "../../src/isobmff/movie.js";
import { expectBytes, hex } from "../support/hex-bytes.js";
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
    const moov = await readMoov(await writeTo(scratch, "film.mp4", ...parts));
    expect(moov.children.map((child) => child.type)).toEqual(["mehd"]);
    expect(moov.children[0]?.field("fragment_duration")).toBe(99);
    expectBytes(moov.bytes, MOOV);
  });

  test("that is not there is a damaged input", async ({ scratch }) => {
    const path = await writeTo(scratch, "film.mp4", FTYP, MDAT);
    await expect(readMoov(path)).rejects.toMatchObject({
      code: "input",
      message: `${path}: no moov box found.`,
      hint: "The file is cut off or is not an MP4.",
    });
  });

  test("that is cut off is a damaged input, with the sizes", async ({
    scratch,
  }) => {
    const cut = MOOV.subarray(0, 20);
    const path = await writeTo(scratch, "film.mp4", FTYP, cut);
    await expect(readMoov(path)).rejects.toMatchObject({
      code: "input",
      message: `${path}: moov claims 28 bytes at 16, the file has 36.`,
    });
  });

  test("whose child claims more than it has is a damaged input", async ({
    scratch,
  }) => {
    const lying = hex`00000010 'moov' 00000099 'mvhd'`;
    const path = await writeTo(scratch, "film.mp4", FTYP, lying);
    await expect(readMoov(path)).rejects.toMatchObject({
      code: "input",
      message: expect.stringContaining(
        `${path}: moov cannot be parsed (`,
      ) as string,
    });
  });
});

test("a file that is not there, or is a folder, is an unreadable input", async ({
  scratch,
}) => {
  const missing = `${scratch}/none.mp4`;
  await expect(readMoov(missing)).rejects.toMatchObject({
    code: "input",
    message: expect.stringMatching(
      /none\.mp4: cannot be read \(ENOENT/,
    ) as string,
  });
});
