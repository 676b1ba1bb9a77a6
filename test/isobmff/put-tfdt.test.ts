import { describe, expect, test } from "vitest";
import { box, fullBox } from "../../src/isobmff/box.js";
import {
  mfhd,
  moof,
  tfhd,
  traf,
  trun,
} from "../../src/isobmff/boxes/fragment.js";
import { concat, u32, u64 } from "../../src/isobmff/bytes.js";
import {
  NoPlaceForTfdt,
  putTfdt,
  readFirstMoof,
  TFDT_SIZE,
} from "../../src/isobmff/put-tfdt.js";
import { childBox, numberField } from "../../src/isobmff/parsed-box.js";
import { parseBoxes } from "../../src/isobmff/source.js";

const START = 5000;
const runOf = (dataOffset: number, compositionOffsets = [80, 0]) =>
  trun({
    ...{ version: 0, dataOffset, compositionOffsets },
    ...{ durations: [40, 40], sizes: [7, 9] },
  });

/** tfhd with base-data-offset and default flags. ISO/IEC 14496-12 8.8.7 */
const baseTfhd = (base: number) =>
  fullBox("tfhd", 0, 0x000021, u32(2), u64(base), u32(0x01010000));

function moved(bytes: Uint8Array, time: bigint) {
  const room = Buffer.alloc(TFDT_SIZE + bytes.length);
  room.set(bytes, TFDT_SIZE);
  const result = room.subarray(putTfdt(room, time, START));
  const [parsed] = parseBoxes(result);
  const found = parsed && childBox(parsed, "traf");
  if (found === undefined) throw new Error("no traf");
  return { result, traf: found };
}

describe("a tfdt that is put into a fragment", () => {
  test("stands behind the tfhd, and all offsets from the moof grow", () => {
    const saio = fullBox("saio", 0, 0, u32(2, 60, 61));
    const long = fullBox("saio", 1, 1, u32(0x63656e63, 0, 1), u64(62));
    const before = moof(
      mfhd(3),
      traf(tfhd(2, 5), runOf(200), runOf(216), saio, long),
    );
    const { result, traf: found } = moved(before, 1080n);
    expect(result.length).toBe(before.length + TFDT_SIZE);
    expect(found.children.map(({ type }) => type)).toEqual([
      "tfhd",
      "tfdt",
      "trun",
      "trun",
      "saio",
      "saio",
    ]);
    const expected = moof(
      mfhd(3),
      traf(
        tfhd(2, 5),
        fullBox("tfdt", 1, 0, u64(1000)),
        ...[220, 236].map((dataOffset) =>
          trun({
            ...{ dataOffset, compositionOffsets: [80, 0] },
            ...{ durations: [40, 40], sizes: [7, 9] },
          }),
        ),
        fullBox("saio", 0, 0, u32(2, 80, 81)),
        fullBox("saio", 1, 1, u32(0x63656e63, 0, 1), u64(82)),
      ),
    );
    expect(Buffer.from(expected).equals(result)).toBe(true);
  });

  test("takes the place of an offset from the begin of the file", () => {
    const before = moof(mfhd(3), traf(baseTfhd(START + 300), runOf(4)));
    const { result, traf: found } = moved(before, 100n);
    expect(result.length).toBe(before.length + TFDT_SIZE - 8);
    const head = childBox(found, "tfhd");
    expect(head && numberField(head, "flags")).toBe(0x20);
    expect(head && numberField(head, "default_sample_flags")).toBe(0x01010000);
    const run = childBox(found, "trun");
    expect(run && numberField(run, "data_offset")).toBe(304 + TFDT_SIZE - 8);
    expect(
      numberField(
        childBox(found, "tfdt") ?? head ?? found,
        "baseMediaDecodeTime",
      ),
    ).toBe(20);
  });

  test("is not put beside another", () => {
    const tfdt = fullBox("tfdt", 1, 0, u64(7));
    const before = moof(mfhd(3), traf(tfhd(2, 5), tfdt, runOf(200)));
    const { result } = moved(before, 1080n);
    expect(Buffer.from(before).equals(result)).toBe(true);
    expect(readFirstMoof(Buffer.from(before)).hasTfdt).toBe(true);
  });

  test("is 0 at the least", () => {
    const before = moof(mfhd(3), traf(tfhd(2, 5), runOf(200)));
    const time = childBox(moved(before, 0n).traf, "tfdt");
    expect(time && numberField(time, "baseMediaDecodeTime")).toBe(0);
  });

  test.each([
    [
      "several tracks",
      moof(mfhd(1), traf(tfhd(1, 0), runOf(9)), traf(tfhd(2, 0), runOf(9))),
    ],
    ["no samples", moof(mfhd(1), traf(tfhd(1, 0)))],
    [
      "no data offset from its base",
      moof(mfhd(1), traf(baseTfhd(9), fullBox("trun", 0, 0, u32(1)))),
    ],
    [
      "a box that is too long",
      moof(
        mfhd(1),
        traf(tfhd(1, 0), concat([u32(999), box("free").subarray(4)])),
      ),
    ],
  ])("is refused where a moof has %s", (_, bytes) => {
    expect(() => moved(bytes, 0n)).toThrow(NoPlaceForTfdt);
  });

  test("leaves a negative composition offset as it is", () => {
    const before = moof(mfhd(3), traf(tfhd(2, 5), runOf(200, [-40, 0])));
    expect(readFirstMoof(Buffer.from(before)).firstOffset).toBe(-40);
    const time = childBox(moved(before, 960n).traf, "tfdt");
    expect(time && numberField(time, "baseMediaDecodeTime")).toBe(1000);
  });
});
