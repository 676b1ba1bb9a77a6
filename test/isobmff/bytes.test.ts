import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { box, fullBox, uuidFullBox } from "../../src/isobmff/box.js";
import {
  ascii,
  bytesToHex,
  concat,
  hexToBytes,
  i16,
  typeText,
  u16,
  u24,
  u32,
  u64,
  u8,
  zeros,
} from "../../src/isobmff/bytes.js";
import { expectBytes, hex } from "../support/hex-bytes.js";

describe("numbers", () => {
  test("are written with the high byte first", () => {
    expectBytes(u8(1, 255), hex`01 FF`);
    expectBytes(u16(1, 0xfffe), hex`0001 FFFE`);
    expectBytes(i16(-1, -2), hex`FFFF FFFE`);
    expectBytes(u24(0x010b05), hex`010B05`);
    expectBytes(u32(1, 0xfffffffe), hex`00000001 FFFFFFFE`);
    expectBytes(u64(1, 2 ** 53 - 1), hex`0000000000000001 001FFFFFFFFFFFFF`);
  });

  test("of 64 bits are whole: half a tick is a bug", () => {
    expect(() => u64(0.5)).toThrow(RangeError);
  });
});

test("text is one byte a character", () => {
  expectBytes(ascii("url "), hex`75726C20`);
});

test("a type that is none is told as bytes: it could end the line or move a terminal's cursor", () => {
  expect(typeText("moof")).toBe("moof");
  expect(typeText("\xa9nam")).toBe("\xa9nam");
  expect(typeText("M\n\xcc\xc2")).toBe("0x4d0accc2");
  expect(typeText("\x9b1m ")).toBe("0x9b316d20");
});

test("parts are put together in order", () => {
  expectBytes(concat([u8(1), zeros(2), u8(3)]), hex`01 0000 03`);
  expectBytes(concat([]), hex``);
});

describe("hex", () => {
  test("is upper case, of the window's bytes alone", () => {
    const window = hex`00 0A BC FF`.subarray(1, 3);
    expect(bytesToHex(window)).toBe("0ABC");
  });

  test("comes back as the same bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(hexToBytes(bytesToHex(bytes))).toEqual(bytes);
      }),
    );
  });
});

describe("a box", () => {
  test("counts its own header and all of its payload", () => {
    expectBytes(box("free", u8(1), u8(2, 3)), hex`0000000B 'free' 01 02 03`);
    expectBytes(box("free"), hex`00000008 'free'`);
  });

  test("in full has a version and 24 flags", () => {
    expectBytes(
      fullBox("test", 1, 0x020304, u8(5)),
      hex`0000000D 'test' 01 020304 05`,
    );
  });

  test("of a UUID has its 16 bytes between type and version", () => {
    expectBytes(
      uuidFullBox("d4807ef2-ca39-4695-8e54-26cb9e46a79f", 1, 2, u8(9)),
      hex`0000001D 'uuid' D4807EF2CA3946958E5426CB9E46A79F 01 000002 09`,
    );
  });
});
