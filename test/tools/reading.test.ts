import { describe, expect, test } from "vitest";
import {
  probingOptions,
  readingOptions,
  stillDemuxer,
} from "../../src/tools/reading.js";
import { hex } from "../support/hex-bytes.js";

describe("a file from a stranger", () => {
  test("opens files alone, by the demuxer that was found", () => {
    expect(readingOptions("/a.mp4", "mov,mp4,m4a,3gp,3g2,mj2")).toEqual([
      ...["-protocol_whitelist", "file,pipe", "-f", "mov"],
    ]);
  });

  test("never opens files when it comes from the network", () => {
    const [, protocols] = readingOptions("https://a/b.mp4", "mov");
    expect(protocols).toBe("http,https,tcp,tls");
  });

  test.for([
    "hls",
    "concat",
    "dash",
    "imf",
    "sdp",
    "rtsp",
    "image2",
    "vobsub",
    "avisynth",
  ])("is not read as %s, which names other files", (demuxer) => {
    const list = probingOptions("/a.mp4", undefined).at(-1)?.split(",");
    expect(list).toContain("mov");
    expect(list).not.toContain(demuxer);
  });
});

test.for([
  { head: hex`ffd8ffe0 00104a46 49460001 01010048`, demuxer: "jpeg_pipe" },
  { head: hex`89504e47 0d0a1a0a 0000000d 49484452`, demuxer: "png_pipe" },
  { head: hex`52494646 00000100 57454250 56503820`, demuxer: "webp_pipe" },
  { head: hex`52494646 00000100 41564920 4c495354`, demuxer: undefined },
  { head: hex`00000020 66747970 69736f6d 00000200`, demuxer: undefined },
])("a still picture is told by its bytes: $demuxer", ({ head, demuxer }) => {
  expect(stillDemuxer(head)).toBe(demuxer);
});
