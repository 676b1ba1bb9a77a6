import { describe, expect } from "vitest";
import { dumpText, dumpFile } from "../../src/isobmff/dump.js";
import { hex } from "../support/hex-bytes.js";
import { test, writeTo } from "../support/scratch-folder.js";

async function dump(path: string): Promise<string> {
  return (await dumpWhole(path)).join("\n");
}

/** @param texts what was shown before the dump ended, in whatever way */
async function dumpWhole(path: string, texts: string[] = []) {
  for await (const box of dumpFile(path)) texts.push(dumpText(box));
  return texts;
}

describe("a file as text", () => {
  test("names every box with its place, size and fields", async ({
    scratch,
  }) => {
    const path = await writeTo(
      scratch,
      "fragment.ismv",
      hex`
        00000018 'ftyp' 'isml' 00000001 'piff' 'iso2'
        00000084 'moof'
          00000010 'mfhd' 00 000000 00000007
          0000006C 'traf'
            00000014 'tfhd' 00 000020 00000001 02000000
            00000024 'trun' 01 000F01 00000001 0000008C
              00065D3B 00000004 02000000 FFF9E580
            0000002C 'uuid' 6D1D9B05 42D544E6 80E2141D AFF757B2 01 000000
              000000012A05F200 00000000000CBA77
        0000000C 'mdat' 01020304
      `,
    );
    expect(await dump(path)).toMatchInlineSnapshot(`
      "[ftyp] at 0, 24 bytes
        major_brand: isml
        minor_version: 1
        compatible_brands: piff iso2
      [moof] at 24, 132 bytes
        [mfhd] at 32, 16 bytes
          flags: 0
          version: 0
          sequence_number: 7
        [traf] at 48, 108 bytes
          [tfhd] at 56, 20 bytes
            flags: 32
            version: 0
            track_id: 1
            base_data_offset: 0
            default_sample_description_index: 0
            default_sample_duration: 0
            default_sample_size: 0
            default_sample_flags: 33554432
          [trun] at 76, 36 bytes
            flags: 3841
            version: 1
            sample_duration: 417083
            sample_size: 4
            sample_flags: 33554432
            sample_composition_time_offset: -400000
            sample_count: 1
            data_offset: 140
            first_sample_flags: 0
          [uuid 6d1d9b0542d544e680e2141daff757b2] at 112, 44 bytes
            flags: 0
            version: 1
            absolute_time: 5000000000
            duration: 834167
      [mdat] at 156, 12 bytes"
    `);
  });

  test("says that the file ends before its last box does", async ({
    scratch,
  }) => {
    const path = await writeTo(scratch, "cut.mp4", hex`00000999 'moov' 0000`);
    const texts: string[] = [];
    await expect(dumpWhole(path, texts)).rejects.toMatchObject({
      code: "input",
      message: `${path}: moov at 0 claims 2457 bytes, the file ends at 10.`,
    });
    expect(texts).toEqual([
      "[moov] at 0, 2457 bytes\n  truncated: the file ends at 10",
    ]);
  });

  test("says that the file ends within a header", async ({ scratch }) => {
    const path = await writeTo(scratch, "cut.mp4", hex`00000008 'free' 0000`);
    await expect(dump(path)).rejects.toThrow("2 bytes at 8 are not a box");
  });

  test("shows the first values of a long table, and how many there are", async ({
    scratch,
  }) => {
    const path = await writeTo(
      scratch,
      "table.mp4",
      hex`
        0000004C 'stss' 00 000000 0000000F
        00000001 00000002 00000003 00000004 00000005
        00000006 00000007 00000008 00000009 0000000A
        0000000B 0000000C 0000000D 0000000E 0000000F
      `,
    );
    expect(await dump(path)).toContain(
      "\n  sample_numbers: 1 2 3 4 5 6 7 8 9 10 11 12 ... (15 values)",
    );
  });

  test("of something else than boxes is refused with the place", async ({
    scratch,
  }) => {
    const tail = hex`00000008 'free' 00000008 00010203`;
    const path = await writeTo(scratch, "odd.mp4", tail);
    await expect(dump(path)).rejects.toMatchObject({
      code: "input",
      message: `${path}: no box at byte 8 (found type 0x00010203, size 8).`,
      hint: "inspect reads MP4-like files: .ismv, .isma, .mp4, .mov.",
    });
  });

  test("of a letter is refused, for it has no boxes", async ({ scratch }) => {
    const letter = hex`'Dear diary, today I wrote a test.'`;
    const path = await writeTo(scratch, "diary.txt", letter);
    await expect(dump(path)).rejects.toMatchObject({ code: "input" });
  });

  test("does not pass over a box that is damaged inside", async ({
    scratch,
  }) => {
    const path = await writeTo(
      scratch,
      "damaged.mp4",
      hex`
        00000020 'moov'
          00000018 'stsz' 00 000000 00000000 00000190 00000001
        00000008 'free'
      `,
    );
    const texts: string[] = [];
    await expect(dumpWhole(path, texts)).rejects.toThrow(
      /moov at 0 is damaged \(stsz at 8 is damaged/,
    );
    expect(texts[0]).toContain("[moov] at 0, 32 bytes\n  damaged: stsz at 8");
    expect(texts[1]).toBe("[free] at 32, 8 bytes");
  });
});
