import { test } from "vitest";
import { mfra, mfro, tfra } from "../../../src/isobmff/boxes/fragment.js";
import { expectBytes, hex } from "../../support/hex-bytes.js";

test("mfra lists the fragments of each track in 64 bits and ends with its own size", () => {
  const fragments = [
    { time: 0, moofOffset: 1_000 },
    { time: 5_000_000_000, moofOffset: 4_294_967_296 },
  ];
  expectBytes(
    mfra(tfra(1, fragments), tfra(2, [])),
    hex`
      0000006E 'mfra'
        0000003E 'tfra' 01 000000
          00000001 00000000 00000002  // track_ID, lengths of 1 byte, entries
          0000000000000000 00000000000003E8 01 01 01
          000000012A05F200 0000000100000000 01 01 01
        00000018 'tfra' 01 000000
          00000002 00000000 00000000
        00000010 'mfro' 00 000000 0000006E
    `,
  );
});

test("mfro is 16 bytes: a reader finds the mfra from the end of the file", () => {
  expectBytes(mfro(86), hex`00000010 'mfro' 00 000000 00000056`);
});
