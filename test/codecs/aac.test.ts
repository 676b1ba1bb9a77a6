import { describe, expect, test } from "vitest";
import { aac, parseAudioSpecificConfig } from "../../src/codecs/aac.js";
import { box } from "../../src/isobmff/box.js";
import { zeros } from "../../src/isobmff/bytes.js";
import { mp4a } from "../../src/isobmff/boxes/sample-table.js";
import { expectBytes, hex } from "../support/hex-bytes.js";
import { parseSampleEntry } from "./sample-entry.js";

function readConfig(audioSpecificConfig: Uint8Array): Uint8Array {
  const rates = { channels: 2, sampleRate: 48_000, averageBitrate: 128_000 };
  const entry = parseSampleEntry(mp4a({ ...rates, audioSpecificConfig }));
  return aac.readConfig(entry, "audio.mp4");
}

describe("an AudioSpecificConfig", () => {
  test.for([
    { config: hex`1190`, sampleRate: 48_000, channels: 2 },
    { config: hex`1210`, sampleRate: 44_100, channels: 2 },
    { config: hex`1188`, sampleRate: 48_000, channels: 1 },
    { config: hex`1290`, sampleRate: 32_000, channels: 2 },
    { config: hex`11B0`, sampleRate: 48_000, channels: 6 },
    { config: hex`11B8`, sampleRate: 48_000, channels: 8 },
    // What ffmpeg's encoder writes: with the word that there is no SBR.
    { config: hex`1190 56E500`, sampleRate: 48_000, channels: 2 },
  ])(
    "means $sampleRate Hz and $channels channels",
    ({ config, ...meaning }) => {
      expect(parseAudioSpecificConfig(config)).toEqual(meaning);
    },
  );

  test.for([
    {
      config: hex`1780`,
      text: "1780",
      fault: "rate index 15 with channel configuration 0",
    },
    {
      config: hex`1180`,
      text: "1180",
      fault: "rate index 3 with channel configuration 0",
    },
    {
      config: hex`1690`,
      text: "1690",
      fault: "rate index 13 with channel configuration 2",
    },
  ])("of $fault is not supported", ({ config, text, fault }) => {
    expect(() => parseAudioSpecificConfig(config)).toThrow(
      expect.objectContaining({
        code: "unsupported",
        message: `AudioSpecificConfig ${text}: ${fault} is not supported.`,
      }),
    );
  });

  test("is taken from the sample entry to the last byte", () => {
    expectBytes(readConfig(hex`1190 56E500`), hex`1190 56E500`);
  });

  test.for([
    { name: "HE-AAC", config: hex`2B11 8800`, objectType: 5 },
    { name: "AAC Main", config: hex`0990`, objectType: 1 },
    { name: "HE-AAC v2", config: hex`EB09 8800`, objectType: 29 },
  ])("of $name is refused", ({ config, objectType }) => {
    expect(() => readConfig(config)).toThrow(
      expect.objectContaining({
        code: "unsupported",
        message: `audio.mp4: AAC object type is ${objectType}. Expected 2 (AAC-LC).`,
        hint: "Encode the audio again as AAC-LC.",
      }),
    );
  });

  test("of HE-AAC that calls itself AAC-LC with SBR is refused", () => {
    // 24 kHz stereo, sync extension 0x2B7, object type 5, SBR present, 48 kHz.
    expect(() => readConfig(hex`1310 56E598`)).toThrow();
  });

  test("that is missing is refused", () => {
    const bare = parseSampleEntry(box("mp4a", zeros(28)));
    expect(() => aac.readConfig(bare, "audio.mp4")).toThrow(
      expect.objectContaining({
        code: "unsupported",
        message: "audio.mp4: sample entry mp4a has no AudioSpecificConfig.",
      }),
    );
  });
});

test("sound has the channels and rate of its configuration, whatever the sample entry says", () => {
  const entry = parseSampleEntry(
    mp4a({
      channels: 2,
      sampleRate: 44_100,
      averageBitrate: 128_000,
      audioSpecificConfig: hex`11B0`,
    }),
  );
  expect(aac.readFormat(entry, hex`11B0`)).toEqual({
    kind: "audio",
    channels: 6,
    sampleRate: 48_000,
  });
});

test.for([
  { channels: 2, config: hex`1190`, text: "1190", packetSize: 4 },
  { channels: 1, config: hex`1188`, text: "1188", packetSize: 2 },
])(
  "the client manifest describes AAC-LC of $channels channels as raw AAC",
  ({ channels, config, text, packetSize }) => {
    const format = { kind: "audio", channels, sampleRate: 48_000 } as const;
    expect(aac.qualityLevel({ config, format, bitrate: 128_000 })).toEqual({
      FourCC: "AACL",
      SamplingRate: 48_000,
      Channels: channels,
      BitsPerSample: 16,
      PacketSize: packetSize,
      AudioTag: 255,
      CodecPrivateData: text,
    });
  },
);

test("every AAC frame can be the first of a fragment", () => {
  expect(aac.firstSampleError(hex`2111 4500`)).toBeUndefined();
  expect(aac.sampleFlags).toEqual({ default: 0x02000000 });
});
