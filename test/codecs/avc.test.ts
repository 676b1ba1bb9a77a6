import { describe, expect, test } from "vitest";
import { avc } from "../../src/codecs/avc.js";
import { parseAvcConfig } from "../../src/codecs/avc-units.js";
import { box } from "../../src/isobmff/box.js";
import { zeros } from "../../src/isobmff/bytes.js";
import { avc1 } from "../../src/isobmff/boxes/sample-table.js";
import { expectBytes, hex } from "../support/hex-bytes.js";
import { parseSampleEntry } from "./sample-entry.js";

/** Version 1, High at level 4.0, four-byte lengths, one SPS of four bytes, one PPS of two. */
const CONFIG = hex`01 640028 FF E1 0004 67640028 01 0002 68CE FDF8F800`;
const THREE_BYTE_LENGTHS = hex`01 640028 FE E1 0004 67640028 01 0002 68CE`;
const TWO_PPS = hex`01 640028 FF E1 0004 67640028 02 0002 68CE 0002 68DE`;
const NO_SPS = hex`01 640028 FF E0 01 0002 68CE`;
const CUT = hex`01 640028 FF E1 0004 67640028 01 0008 68CE`;

const FORMAT = { kind: "video", width: 1920, height: 1080 } as const;

function readConfig(config: Uint8Array): Uint8Array {
  return avc.readConfig(parseSampleEntry(avc1(1920, 1080, config)), "720p.mp4");
}

describe("an H.264 decoder configuration", () => {
  test("tells its parameter sets and the length of NAL lengths", () => {
    const { nalLengthSize, sps, pps } = parseAvcConfig(CONFIG);
    expect(nalLengthSize).toBe(4);
    expect(sps).toEqual([hex`67640028`]);
    expect(pps).toEqual([hex`68CE`]);
    expect(parseAvcConfig(THREE_BYTE_LENGTHS).nalLengthSize).toBe(3);
    expect(parseAvcConfig(TWO_PPS).pps).toEqual([hex`68CE`, hex`68DE`]);
  });

  test("is taken from the sample entry to the last byte", () => {
    expectBytes(readConfig(CONFIG), CONFIG);
  });

  test.for([
    {
      config: THREE_BYTE_LENGTHS,
      found: "3-byte NAL lengths, 1 SPS and 1 PPS",
    },
    { config: TWO_PPS, found: "4-byte NAL lengths, 1 SPS and 2 PPS" },
    { config: NO_SPS, found: "4-byte NAL lengths, 0 SPS and 1 PPS" },
  ])("with $found is refused", ({ config, found }) => {
    expect(() => readConfig(config)).toThrow(
      expect.objectContaining({
        code: "unsupported",
        message: `720p.mp4: avcC has ${found}. Expected 4-byte lengths, one SPS and one PPS.`,
      }),
    );
  });

  test("that is missing is refused", () => {
    const bare = parseSampleEntry(box("avc1", zeros(78)));
    expect(() => avc.readConfig(bare, "720p.mp4")).toThrow(
      "720p.mp4: sample entry avc1 has no avcC box.",
    );
  });

  test("that is cut off is refused, not read past its end", () => {
    const cutOff = avc1(1920, 1080, CUT);
    expect(() => parseSampleEntry(cutOff, zeros(64))).toThrow(
      "no sample entry",
    );
    expect(() => parseAvcConfig(CUT)).toThrow("parameter set is cut off");
    const entry = parseSampleEntry(avc1(1920, 1080, zeros(0)));
    expect(() => avc.readConfig(entry, "720p.mp4")).toThrow(
      expect.objectContaining({
        code: "input",
        message: "720p.mp4: avcC is cut off (0 bytes).",
      }),
    );
  });
});

test("an H.264 track keeps its coded size", () => {
  const entry = parseSampleEntry(avc1(1920, 1080, CONFIG));
  expect(avc.readFormat(entry, CONFIG)).toEqual(FORMAT);
});

test("the client manifest has both parameter sets behind four-byte start codes", () => {
  const track = { config: CONFIG, format: FORMAT, bitrate: 5_000_000 };
  expect(avc.qualityLevel(track)).toEqual({
    FourCC: "H264",
    MaxWidth: 1920,
    MaxHeight: 1080,
    CodecPrivateData: "00000001" + "67640028" + "00000001" + "68CE",
  });
});

test("the sample entry for a new file carries the configuration", () => {
  const track = { config: CONFIG, format: FORMAT, bitrate: 5_000_000 };
  const entry = parseSampleEntry(avc.sampleEntry(track));
  expect(entry.type).toBe("avc1");
  expectBytes(avc.readConfig(entry, ""), CONFIG);
});

describe("a fragment can begin", () => {
  test("with an IDR picture, behind any delimiter, parameter set or SEI", () => {
    expect(avc.firstSampleError(hex`00000003 6588 84`)).toBeUndefined();
    const behind = hex`
      00000002 09F0             // access unit delimiter
      00000004 06050102         // SEI
      00000003 658884
    `;
    expect(avc.firstSampleError(behind)).toBeUndefined();
  });

  test("with nothing else", () => {
    expect(avc.firstSampleError(hex`00000003 419A02`)).toBe(
      "first picture is NAL unit type 1, expected 5 (IDR)",
    );
    const behindSei = hex`00000004 06050102 00000003 019A02`;
    expect(avc.firstSampleError(behindSei)).toBe(
      "first picture is NAL unit type 1, expected 5 (IDR)",
    );
    expect(avc.firstSampleError(hex`00000003 229A02 00000003 658884`)).toBe(
      "first picture is NAL unit type 2, expected 5 (IDR)",
    );
  });

  test("only with a picture: messages without end, or nothing, are a fault", () => {
    const error = "first picture is not found, expected 5 (IDR)";
    expect(avc.firstSampleError(hex`00000400 0605FFFFFF`)).toBe(error);
    expect(avc.firstSampleError(hex`00000003`)).toBe(error);
  });
});
