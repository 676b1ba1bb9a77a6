import { expect, test } from "vitest";
import { dvdPairs, shownBefore } from "../../src/captions/dvd-captions.js";

const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");

test("user data of a DVD has a pair for each field of a frame, the first field first", () => {
  const said = dvdPairs(
    bytes("43 43 01 f8 84 ff 9420 fe 8080 ff 942f fe 80e1"),
  );
  expect(said).toEqual([
    { field: 0, frame: 0, bytes: [0x94, 0x20] },
    { field: 1, frame: 0, bytes: [0x80, 0x80] },
    { field: 0, frame: 1, bytes: [0x94, 0x2f] },
    { field: 1, frame: 1, bytes: [0x80, 0xe1] },
  ]);
});

test("the second field may be first, and both may be marked as the first", () => {
  const fields = (hex: string) =>
    dvdPairs(bytes(hex))?.map(({ field }) => field);
  expect(fields("43 43 01 f8 02 fe 8080 ff 9420")).toEqual([1, 0]);
  expect(fields("43 43 01 f8 82 ff 9420 ff 8080")).toEqual([0, 1]);
});

test("the count is not believed: pairs end where there is no mark, or nothing", () => {
  const count = (hex: string) => dvdPairs(bytes(hex))?.length;
  expect(count("43 43 01 f8 9e ff 9420 fe 8080 00 0000")).toBe(2);
  expect(count("43 43 01 f8 9e ff 9420 fe 80")).toBe(1);
  expect(count("43 43 01 f8")).toBe(0);
});

test("other user data is left to others", () => {
  expect(dvdPairs(bytes("47 41 39 34 03 c1 ff fc 9420 ff"))).toBeUndefined();
  expect(dvdPairs(bytes(""))).toBeUndefined();
});

test("a picture header says how many pictures of its group are shown before", () => {
  // temporal_reference has ten bits. ISO/IEC 13818-2 6.2.3
  expect(shownBefore([bytes("b2 4343"), bytes("00 00 8f ff f8")])).toBe(2);
  expect(shownBefore([bytes("00 04 0f")])).toBe(16);
  expect(shownBefore([bytes("b2 4343")])).toBe(0);
});
