import { describe, expect, test } from "vitest";
import {
  mdatHeader,
  mfhd,
  moof,
  tfdt,
  tfhd,
  traf,
  trun,
  tfxd,
} from "../../../src/isobmff/boxes/fragment.js";
import { expectBytes, hex } from "../../support/hex-bytes.js";

describe("a moof", () => {
  test("of two pictures is 120 bytes and 12 for each picture", () => {
    expectBytes(
      moof(
        mfhd(7),
        traf(
          tfhd(1, 0x01010000),
          trun({
            dataOffset: 152,
            firstSampleFlags: 0x02000000,
            durations: [417_083, 417_084],
            sizes: [65_536, 12],
            compositionOffsets: [0, -400_000],
          }),
          tfxd(5_000_000_000, 834_167),
        ),
      ),
      hex`
        00000090 'moof'
          00000010 'mfhd' 00 000000 00000007
          00000078 'traf'
            00000014 'tfhd' 00 000020 00000001 01010000
            00000030 'trun' 01 000B05
              00000002 00000098 02000000  // samples, data offset, first flags
              00065D3B 00010000 00000000
              00065D3C 0000000C FFF9E580
            0000002C 'uuid' 6D1D9B05 42D544E6 80E2141D AFF757B2 01 000000
              000000012A05F200 00000000000CBA77
      `,
    );
  });

  test("of pictures with flags each has them between size and offset", () => {
    expectBytes(
      trun({
        dataOffset: 152,
        flags: [0x02000000, 0x01010000],
        durations: [417_083, 417_084],
        sizes: [65_536, 12],
        compositionOffsets: [0, -400_000],
      }),
      hex`
        00000034 'trun' 01 000F01
          00000002 00000098
          00065D3B 00010000 02000000 00000000
          00065D3C 0000000C 01010000 FFF9E580
      `,
    );
  });

  test("of three AAC frames is 116 bytes and 8 for each frame", () => {
    expectBytes(
      moof(
        mfhd(1),
        traf(
          tfhd(2, 0x02000000),
          trun({
            dataOffset: 148,
            durations: [213_333, 213_334, 213_333],
            sizes: [300, 301, 302],
          }),
          tfxd(0, 640_000),
        ),
      ),
      hex`
        0000008C 'moof'
          00000010 'mfhd' 00 000000 00000001
          00000074 'traf'
            00000014 'tfhd' 00 000020 00000002 02000000
            0000002C 'trun' 01 000301
              00000003 00000094
              00034155 0000012C
              00034156 0000012D
              00034155 0000012E
            0000002C 'uuid' 6D1D9B05 42D544E6 80E2141D AFF757B2 01 000000
              0000000000000000 000000000009C400
      `,
    );
  });
});

test("tfdt is version 1: its time may be beyond 32 bits", () => {
  expectBytes(
    tfdt(5_000_000_000),
    hex`00000014 'tfdt' 01 000000 000000012A05F200`,
  );
});

describe("trun", () => {
  test("without first flags or composition offsets has neither bit nor field", () => {
    expectBytes(
      trun({
        dataOffset: 1,
        durations: [2],
        sizes: [3],
        compositionOffsets: [-1],
      }),
      hex`
        00000020 'trun' 01 000B01 00000001 00000001
          00000002 00000003 FFFFFFFF
      `,
    );
    expectBytes(
      trun({ dataOffset: 1, firstSampleFlags: 0, durations: [2], sizes: [3] }),
      hex`
        00000020 'trun' 01 000305 00000001 00000001 00000000
          00000002 00000003
      `,
    );
  });

  test("is not written with fewer durations or offsets than samples", () => {
    const sizes = [3, 4];
    expect(() => trun({ dataOffset: 1, durations: [2], sizes })).toThrow(
      RangeError,
    );
    expect(() =>
      trun({
        dataOffset: 1,
        durations: [2, 2],
        sizes,
        compositionOffsets: [0],
      }),
    ).toThrow(RangeError);
  });
});

test("the mdat header counts itself", () => {
  expectBytes(mdatHeader(65_536), hex`00010008 'mdat'`);
});
