import { describe, expect } from "vitest";
import { box, fullBox } from "../../src/isobmff/box.js";
import { ascii, concat, u16, u32, u8, zeros } from "../../src/isobmff/bytes.js";
import type { FfprobeStream } from "../../src/probe/ask-ffprobe.js";
import { withEncryption } from "../../src/probe/encryption.js";
import { readSourceBoxes } from "../../src/probe/source-file.js";
import { test, writeTo } from "../support/scratch-folder.js";

const MP4 = "mov,mp4,m4a,3gp,3g2,mj2";

/** What is said of each stream of a file of these bytes. */
async function said(
  scratch: string,
  container: string,
  bytes: Uint8Array,
  streams: readonly Partial<FfprobeStream>[],
) {
  const path = await writeTo(scratch, "film", bytes);
  const file = {
    ...{ path, input: path, demuxer: container },
    sizeBytes: bytes.length,
  };
  const report = {
    format: { format_name: container },
    streams: streams.map((stream, index) => ({ index, ...stream })),
  };
  const boxes = await readSourceBoxes(file, container);
  const found = await withEncryption(report, file, boxes);
  return found.streams?.map(({ encryption }) => encryption);
}

describe("an MP4 whose encryption ffprobe does not tell", () => {
  const track = (...entries: readonly Uint8Array[]) =>
    box(
      "trak",
      box(
        "mdia",
        box(
          "minf",
          box("stbl", fullBox("stsd", 0, 0, u32(entries.length), ...entries)),
        ),
      ),
    );
  const entry = (type: string, ...inside: readonly Uint8Array[]) =>
    box(type, zeros(78), ...inside);
  const sinf = (scheme: string) =>
    box("sinf", fullBox("schm", 0, 0, ascii(scheme), u32(0x10000)));

  test.for([
    ["cenc", track(entry("encv", sinf("cenc"))), "cenc"],
    ["cbcs", track(entry("encv", sinf("cbcs"))), "cbcs"],
    ["PIFF", track(entry("encv", sinf("piff"))), "piff"],
    ["Apple's", track(entry("drmi")), "drmi"],
    ["a clear entry with a scheme", track(entry("avc1", sinf("cenc"))), "cenc"],
    [
      "a clear begin and an encrypted rest",
      track(entry("avc1"), entry("encv", sinf("cenc"))),
      "cenc",
    ],
    ["none", track(entry("avc1")), undefined],
  ] as const)(
    "is known by its boxes: %s",
    async ([, trak, word], { scratch }) => {
      const moov = box("moov", trak, track(entry("avc1")));
      expect(await said(scratch, MP4, moov, [{}, {}])).toEqual([
        word,
        undefined,
      ]);
    },
  );
});

describe("an MPEG-TS", () => {
  const packet = (pid: number, control: number) =>
    concat([u8(0x47), u16(pid), u8(control), zeros(184)]);
  const packets = (control: (i: number) => number) =>
    concat(
      Array.from({ length: 400 }, (_, i) => [
        packet(0x100, control(i)),
        packet(0x101, 0x10),
      ]).flat(),
    );
  const streams = [{ id: "0x100" }, { id: "0x101" }];

  test("whose packets are scrambled is known by their headers", async ({
    scratch,
  }) => {
    const bytes = packets((i) => (i % 4 === 0 ? 0x10 : i % 2 ? 0x90 : 0xd0));
    expect(await said(scratch, "mpegts", bytes, streams)).toEqual([
      "scrambled",
      undefined,
    ]);
  });

  test("with a few scrambled packets is a damaged one, not an encrypted one", async ({
    scratch,
  }) => {
    const bytes = packets((i) => (i % 10 === 0 ? 0x90 : 0x10));
    expect(await said(scratch, "mpegts", bytes, streams)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("of HLS with SAMPLE-AES is known by its types of streams", async ({
    scratch,
  }) => {
    const tags = ["[219][0][0][0]", "[207][0][0][0]", "[27][0][0][0]"];
    const words = await said(
      scratch,
      "mpegts",
      packets(() => 0x10),
      tags.map((codec_tag_string) => ({ codec_tag_string })),
    );
    expect(words).toEqual(["SAMPLE-AES", "SAMPLE-AES", undefined]);
  });
});

describe("a Matroska file", () => {
  /** An element of EBML: its ID, a length of two bytes, what is inside. */
  const element = (id: readonly number[], ...inside: readonly Uint8Array[]) => {
    const content = concat(inside);
    return concat([u8(...id), u16(0x4000 | content.length), content]);
  };
  const entry = (...inside: readonly Uint8Array[]) =>
    element([0xae], element([0xd7], u8(1)), ...inside);
  const encrypted = element(
    [0x6d, 0x80],
    element([0x62, 0x40], element([0x50, 0x35], element([0x47, 0xe1], u8(5)))),
  );
  const compressed = element(
    [0x6d, 0x80],
    element([0x62, 0x40], element([0x50, 0x34], element([0x42, 0x54], u8(3)))),
  );

  test("with ContentEncryption is known by it; compressed headers are none", async ({
    scratch,
  }) => {
    const tracks = element(
      [0x16, 0x54, 0xae, 0x6b],
      ...[entry(compressed), entry(encrypted), entry()],
    );
    const bytes = concat([
      element([0x1a, 0x45, 0xdf, 0xa3], u8(0)),
      // Of unknown size, as live recorders write it.
      concat([
        u8(0x18, 0x53, 0x80, 0x67, 0x01),
        u8(255, 255, 255, 255, 255, 255, 255),
      ]),
      tracks,
    ]);
    expect(await said(scratch, "matroska,webm", bytes, [{}, {}, {}])).toEqual([
      undefined,
      "ContentEncryption",
      undefined,
    ]);
  });
});
