import { describe, test } from "vitest";
import { avc1, mp4a, stbl } from "../../../src/isobmff/boxes/sample-table.js";
import { expectBytes, hex } from "../../support/hex-bytes.js";

test("stbl has empty tables and one sample description, in Microsoft's order", () => {
  expectBytes(
    stbl(hex`00000008 'test'`),
    hex`
      00000074 'stbl'
        00000010 'stts' 00 000000 00000000
        00000010 'ctts' 00 000000 00000000
        00000010 'stsc' 00 000000 00000000
        00000010 'stco' 00 000000 00000000
        00000014 'stsz' 00 000000 00000000 00000000
        00000018 'stsd' 00 000000 00000001
          00000008 'test'
    `,
  );
});

test("avc1 carries the decoder configuration untouched behind 86 bytes of picture format", () => {
  const config = hex`01 42C01E FF E1 0004 67010203 01 0002 68CE`;
  expectBytes(
    avc1(1920, 1080, config),
    hex`
      0000006F 'avc1'
      000000000000 0001           // reserved, data_reference_index
      0000 0000 00000000 00000000 00000000
      0780 0438                   // 1920 x 1080
      00480000 00480000 00000000  // 72 dpi
      0001                        // frame_count
      0000000000000000 0000000000000000
      0000000000000000 0000000000000000 // compressorname
      0018 FFFF                   // depth 24, -1
        00000019 'avcC' 01 42C01E FF E1 0004 67010203 01 0002 68CE
    `,
  );
});

describe("mp4a", () => {
  test("describes AAC in an esds with lengths in the long form of four bytes", () => {
    expectBytes(
      mp4a({
        channels: 2,
        sampleRate: 48_000,
        averageBitrate: 128_000,
        audioSpecificConfig: hex`1190`,
      }),
      hex`
        00000057 'mp4a'
        000000000000 0001
        00000000 00000000
        0002 0010 0000 0000         // channels, bits a sample
        BB800000                    // 48000 in 16.16
          00000033 'esds' 00 000000
            03 80808022 0000 00     // ES_Descriptor: ES_ID, flags
              04 80808014           // DecoderConfigDescriptor
                40 15 000000        // AAC, audio stream, bufferSizeDB
                0001F400 0001F400   // maximum and average 128 kbit/s
                05 80808002 1190    // AudioSpecificConfig
              06 80808001 02        // SLConfigDescriptor: MP4
      `,
    );
  });

  test("writes a rate that does not fit 16.16 as 0, for the config has it", () => {
    expectBytes(
      mp4a({
        channels: 1,
        sampleRate: 96_000,
        averageBitrate: 64_000,
        audioSpecificConfig: hex`1008 56E500`,
      }),
      hex`
        0000005A 'mp4a'
        000000000000 0001
        00000000 00000000
        0001 0010 0000 0000
        00000000
          00000036 'esds' 00 000000
            03 80808025 0000 00
              04 80808017
                40 15 000000
                0000FA00 0000FA00
                05 80808005 1008 56E500
              06 80808001 02
      `,
    );
  });
});
