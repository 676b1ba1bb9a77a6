import { describe, expect, test } from "vitest";
import { ac3, eac3 } from "../../src/codecs/dolby.js";
import { parseDac3, parseDec3 } from "../../src/codecs/dolby-config.js";
import { bytesToHex } from "../../src/isobmff/bytes.js";
import { hex } from "../support/hex-bytes.js";
import { parseSampleEntry } from "./sample-entry.js";

const SURROUND = { kind: "audio", channels: 6, sampleRate: 48_000 } as const;

describe("E-AC-3", () => {
  const config = hex`0600 200F 00`;

  test("is announced as a deployed package announces it, byte for byte", () => {
    // https://github.com/google/ExoPlayer/issues/9826
    expect(
      eac3.qualityLevel({ config, format: SURROUND, bitrate: 192_000 }),
    ).toEqual({
      ...{ FourCC: "EC-3", SamplingRate: 48_000, Channels: 6 },
      ...{ BitsPerSample: 16, PacketSize: 768, AudioTag: 65534 },
      CodecPrivateData:
        "00063F000000AF87FBA7022DFB42A4D405CD93843BDD0600200F00",
    });
  });

  test("comes back from its sample entry", () => {
    const entry = parseSampleEntry(
      eac3.sampleEntry({ config, format: SURROUND, bitrate: 192_000 }),
    );
    expect(entry.type).toBe("ec-3");
    expect(bytesToHex(eac3.readConfig(entry, "x"))).toBe("0600200F00");
    expect(eac3.readFormat(entry, config)).toEqual(SURROUND);
  });

  test.for([
    // 7.1: a dependent substream with left and right behind.
    { bytes: hex`1800 200F 0202`, channels: 8, channelMask: 0x63f },
    // The same as ffmpeg writes it: left and right beside.
    { bytes: hex`1800 200F 0210`, channels: 8, channelMask: 0x63f },
    { bytes: hex`0600 2004 00`, channels: 2, channelMask: 0x3 },
    { bytes: hex`0600 2002 00`, channels: 1, channelMask: 0x4 },
  ])(
    "has $channels channels where its box says so",
    ({ bytes, ...expected }) => {
      expect(parseDec3(bytes)).toMatchObject(expected);
    },
  );

  test.for([
    { why: "two programs", bytes: hex`0601 200F 00` },
    { why: "a rate that does not exist", bytes: hex`0600 E00F 00` },
    { why: "channels that have no place", bytes: hex`0600 200F 0220` },
    { why: "nothing", bytes: hex`` },
  ])("is refused with $why", ({ bytes }) => {
    expect(() => parseDec3(bytes)).toThrow("is not understood");
  });
});

test("AC-3 is announced alike, by its own box", () => {
  // What ffmpeg writes for 5.1 at 448 kbit/s.
  const config = hex`10 3D E0`;
  expect(parseDac3(config)).toMatchObject({
    ...{ bitrate: 448_000, sampleRate: 48_000, channels: 6 },
    channelMask: 0x3f,
  });
  expect(
    ac3.qualityLevel({ config, format: SURROUND, bitrate: 448_000 }),
  ).toMatchObject({
    ...{ FourCC: "AC-3", PacketSize: 1792, AudioTag: 65534 },
    CodecPrivateData: "00063F0000002C806DE046DBCF11B4D100805F6CBBEA103DE0",
  });
});

test("a fragment of Dolby sound begins with a sync word", () => {
  expect(eac3.firstSampleError(hex`0B77 00`)).toBeUndefined();
  expect(ac3.firstSampleError(hex`0000 00`)).toContain("0B77 of AC-3");
});
