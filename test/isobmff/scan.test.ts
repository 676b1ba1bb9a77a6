import { open } from "node:fs/promises";
import { describe, expect } from "vitest";
import { readAt, scanBoxes, type BoxSpan } from "../../src/isobmff/scan.js";
import { expectBytes, hex } from "../support/hex-bytes.js";
import { test, writeTo } from "../support/scratch-folder.js";

/** The walk over a file of these bytes, as `type start size header`. */
async function walk(folder: string, bytes: Uint8Array): Promise<string[]> {
  const file = await open(await writeTo(folder, "boxes.mp4", bytes));
  try {
    const spans: BoxSpan[] = [];
    for await (const span of scanBoxes(file, bytes.length)) spans.push(span);
    return spans.map(
      ({ type, start, size, headerSize }) =>
        `${type} ${start} ${size} ${headerSize}`,
    );
  } finally {
    await file.close();
  }
}

describe("a walk over the boxes of a file", () => {
  test("tells type, place and size of each", async ({ scratch }) => {
    const bytes = hex`
      00000010 'ftyp' 'isml' 00000001
      00000008 'free'
      0000000B 'mdat' 010203
    `;
    expect(await walk(scratch, bytes)).toEqual([
      "ftyp 0 16 8",
      "free 16 8 8",
      "mdat 24 11 8",
    ]);
  });

  test("steps over a box with a size of 64 bits", async ({ scratch }) => {
    const bytes = hex`
      00000001 'mdat' 0000000000000014 01020304
      00000008 'moov'
    `;
    expect(await walk(scratch, bytes)).toEqual(["mdat 0 20 16", "moov 20 8 8"]);
  });

  test("takes size 0 for the rest of the file", async ({ scratch }) => {
    const bytes = hex`00000008 'free' 00000000 'mdat' 0102030405`;
    expect(await walk(scratch, bytes)).toEqual(["free 0 8 8", "mdat 8 13 8"]);
  });

  test("ends with a box that claims more than the file has, and tells what it claims", async ({
    scratch,
  }) => {
    const small = hex`00000008 'free' 7FFFFFFF 'moov' 0102`;
    expect(await walk(scratch, small)).toEqual([
      "free 0 8 8",
      "moov 8 2147483647 8",
    ]);
    const large = hex`00000001 'mdat' 0000010000000000 0102`;
    expect(await walk(scratch, large)).toEqual(["mdat 0 1099511627776 16"]);
  });

  test("ends with a box that is smaller than its own header", async ({
    scratch,
  }) => {
    const after = hex`00000008 'free'`;
    const small = hex`00000007 'moov'`;
    const bytes = Buffer.concat([small, after, after]);
    expect(await walk(scratch, bytes)).toEqual(["moov 0 7 8"]);
    const large = hex`00000001 'mdat' 000000000000000F`;
    expect(await walk(scratch, Buffer.concat([large, after]))).toEqual([
      "mdat 0 15 16",
    ]);
  });

  test("ends with a 64-bit size that is cut off", async ({ scratch }) => {
    const bytes = hex`00000001 'mdat' 00000000`;
    expect(await walk(scratch, bytes)).toEqual(["mdat 0 1 8"]);
  });

  test("passes over fewer than eight bytes at the end", async ({ scratch }) => {
    expect(await walk(scratch, hex`00000008 'free' 00000008 'mo'`)).toEqual([
      "free 0 8 8",
    ]);
    expect(await walk(scratch, hex``)).toEqual([]);
  });
});

test("bytes behind the end of a file are not read", async ({ scratch }) => {
  const path = await writeTo(scratch, "four.bin", hex`01020304`);
  const file = await open(path);
  expectBytes(await readAt(file, 1, 2), hex`0203`);
  expectBytes(await readAt(file, 2, 9), hex`0304`);
  expectBytes(await readAt(file, 4, 1), hex``);
  await file.close();
});
