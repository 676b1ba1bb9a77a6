import { describe, test } from "vitest";
import {
  dinf,
  hdlr,
  mdhd,
  mdia,
  minf,
  smhd,
  tkhd,
  trak,
  vmhd,
} from "../../../src/isobmff/boxes/movie.js";
import { expectBytes, hex } from "../../support/hex-bytes.js";

describe("tkhd", () => {
  test("of a picture is version 1, 104 bytes, with its size in 16.16", () => {
    expectBytes(
      tkhd({
        trackId: 1,
        duration: 120_200_000,
        width: 1920,
        height: 1080,
        audible: false,
      }),
      hex`
        00000068 'tkhd' 01 000007   // enabled, in movie, in preview
        0000000000000000 0000000000000000
        00000001 00000000           // track_ID, reserved
        00000000072A1B40            // duration
        00000000 00000000
        0000 0000 0000 0000         // layer, alternate_group, volume, reserved
        00010000 00000000 00000000
        00000000 00010000 00000000
        00000000 00000000 40000000
        07800000 04380000           // 1920 x 1080
      `,
    );
  });

  test("of sound has full volume and no size", () => {
    expectBytes(
      tkhd({ trackId: 2, duration: 1, width: 0, height: 0, audible: true }),
      hex`
        00000068 'tkhd' 01 000007
        0000000000000000 0000000000000000
        00000002 00000000
        0000000000000001
        00000000 00000000
        0000 0000 0100 0000
        00010000 00000000 00000000
        00000000 00010000 00000000
        00000000 00000000 40000000
        00000000 00000000
      `,
    );
  });
});

describe("mdhd", () => {
  test.for([
    // Five bits a letter: u = 21, n = 14, d = 4.
    { language: "und", packed: "55C4" },
    { language: "eng", packed: "15C7" },
    { language: "fra", packed: "1A41" },
  ])(
    "is version 1, 44 bytes, and packs $language as $packed",
    ({ language, packed }) => {
      expectBytes(
        mdhd(10_000_000, 5_000_000_000, language),
        hex`
          0000002C 'mdhd' 01 000000
          0000000000000000 0000000000000000
          00989680 000000012A05F200
          ${packed} 0000
        `,
      );
    },
  );
});

test("hdlr names its kind and ends its name with a zero byte", () => {
  expectBytes(
    hdlr("vide", "Video"),
    hex`
      00000026 'hdlr' 00 000000
      00000000 'vide' 00000000 00000000 00000000
      'Video' 00
    `,
  );
  expectBytes(
    hdlr("soun", ""),
    hex`
      00000021 'hdlr' 00 000000
      00000000 'soun' 00000000 00000000 00000000
      00
    `,
  );
});

test("vmhd has flags 1, smhd none", () => {
  expectBytes(vmhd(), hex`00000014 'vmhd' 00 000001 0000 0000 0000 0000`);
  expectBytes(smhd(), hex`00000010 'smhd' 00 000000 0000 0000`);
});

test("dinf says that the media is in this file", () => {
  expectBytes(
    dinf(),
    hex`
      00000024 'dinf'
        0000001C 'dref' 00 000000 00000001
          0000000C 'url ' 00 000001
    `,
  );
});

test("trak, mdia and minf are plain containers", () => {
  expectBytes(
    trak(mdia(minf(hex`00000008 'free'`))),
    hex`00000020 'trak' 00000018 'mdia' 00000010 'minf' 00000008 'free'`,
  );
});
