import { describe, expect, test } from "vitest";
import {
  piffPssh,
  piffSenc,
  piffTenc,
  protectedEntry,
  pssh,
  saio,
  saiz,
  senc,
  sinf,
  tenc,
} from "../../../src/isobmff/boxes/protection.js";
import { expectBytes, hex } from "../../support/hex-bytes.js";

const KID = hex`09E091AB F838 41D2 9E35 58531FD19EC7`;
const PLAYREADY = "9a04f079-9840-4286-ab92-e65be0885f95";

describe("PIFF 1.1", () => {
  test("tenc: AES in counter mode, vectors of 8 bytes, the key ID in UUID order", () => {
    expectBytes(
      piffTenc(KID),
      hex`
        00000030 'uuid' 8974DBCE 7BE7 4C51 84F9 7148F9882554 00 000000
          000001 08 09E091AB F838 41D2 9E35 58531FD19EC7
      `,
    );
  });

  test("pssh: the system, then its data behind their length", () => {
    expectBytes(
      piffPssh(PLAYREADY, hex`0A0B0C`),
      hex`
        00000033 'uuid' D08A4F18 10F3 4A82 B6C8 32D8ABA183D3 00 000000
          9A04F079 9840 4286 AB92 E65BE0885F95 00000003 0A0B0C
      `,
    );
  });

  test("senc: a flag for subsamples, never the one that overrides the tenc", () => {
    const rows = hex`0000000000000001 0001 0064 00000010`;
    expectBytes(
      piffSenc({ count: 1, rows, hasSubsamples: true }),
      hex`
        00000030 'uuid' A2394F52 5A9B 4F14 A244 6C427C648DF4 00 000002
          00000001 0000000000000001 0001 0064 00000010
      `,
    );
  });
});

describe("ISO/IEC 23001-7", () => {
  test("tenc, version 0", () => {
    expectBytes(
      tenc(KID),
      hex`
        00000020 'tenc' 00 000000
          0000 01 08 09E091AB F838 41D2 9E35 58531FD19EC7
      `,
    );
  });

  test("pssh, version 0", () => {
    expectBytes(
      pssh(PLAYREADY, hex`0A0B0C`),
      hex`
        00000023 'pssh' 00 000000
          9A04F079 9840 4286 AB92 E65BE0885F95 00000003 0A0B0C
      `,
    );
  });

  test("senc of whole samples has no flag", () => {
    const rows = hex`FFFFFFFFFFFFFFFF 0000000000000000`;
    expectBytes(
      senc({ count: 2, rows, hasSubsamples: false }),
      hex`
        00000020 'senc' 00 000000
          00000002 FFFFFFFFFFFFFFFF 0000000000000000
      `,
    );
  });
});

test("saiz has one size for all rows, or a byte for each", () => {
  expectBytes(
    saiz({ count: 300, size: 8 }),
    hex`00000011 'saiz' 00 000000 08 0000012C`,
  );
  expectBytes(
    saiz(Uint8Array.of(16, 250)),
    hex`00000013 'saiz' 00 000000 00 00000002 10FA`,
  );
});

test("saio has one place", () => {
  expectBytes(saio(752), hex`00000014 'saio' 00 000000 00000001 000002F0`);
});

test("an entry that is protected says what it was, by which scheme it is, and how", () => {
  const entry = hex`0000000C 'avc1' 01020304`;
  expectBytes(
    protectedEntry("encv", entry, sinf(entry, "piff", 0x00010001, hex`AABB`)),
    hex`
      0000003E 'encv' 01020304
        00000032 'sinf'
          0000000C 'frma' 'avc1'
          00000014 'schm' 00 000000 'piff' 00010001
          0000000A 'schi' AABB
    `,
  );
  expect(entry).toHaveLength(12);
});
