import { test } from "vitest";
import {
  ftyp,
  mehd,
  moov,
  mvex,
  mvhd,
  trex,
} from "../../../src/isobmff/boxes/movie.js";
import { expectBytes, hex } from "../../support/hex-bytes.js";

test("ftyp names isml, minor version 1, compatible with piff and iso2", () => {
  expectBytes(
    ftyp("isml", 1, ["piff", "iso2"]),
    hex`00000018 'ftyp' 'isml' 00000001 'piff' 'iso2'`,
  );
});

test("mvhd is version 1, 120 bytes, without dates", () => {
  expectBytes(
    mvhd(10_000_000, 5_000_000_000, 3),
    hex`
      00000078 'mvhd' 01 000000
      0000000000000000            // creation_time
      0000000000000000            // modification_time
      00989680 000000012A05F200   // timescale, duration: beyond 32 bits
      00010000 0100 0000          // rate 1.0, volume 1.0, reserved
      00000000 00000000
      00010000 00000000 00000000  // unity matrix
      00000000 00010000 00000000
      00000000 00000000 40000000
      00000000 00000000 00000000 00000000 00000000 00000000 // pre_defined
      00000003                    // next_track_ID
    `,
  );
});

test("mvex tells the whole duration and that fragments have no defaults", () => {
  expectBytes(
    mvex(mehd(120_200_000), trex(2)),
    hex`
      0000003C 'mvex'
        00000014 'mehd' 01 000000 00000000072A1B40
        00000020 'trex' 00 000000
          00000002  // track_ID
          00000001  // default_sample_description_index
          00000000 00000000 00000000
    `,
  );
});

test("moov holds its children in the order given", () => {
  expectBytes(
    moov(hex`00000008 'aaaa'`, hex`0000000A 'bbbb' 0102`),
    hex`0000001A 'moov' 00000008 'aaaa' 0000000A 'bbbb' 0102`,
  );
});
