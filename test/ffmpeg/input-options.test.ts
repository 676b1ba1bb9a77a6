import { describe, expect, test } from "vitest";
import {
  listingCommand,
  probingOptions,
  readingOptions,
  stillDemuxer,
} from "../../src/ffmpeg/input-options.js";
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

  test("waits three times half a minute for a server that has fallen silent", () => {
    const options = readingOptions("http://a/b.mp4", "mov").join(" ");
    expect(options).toContain("-rw_timeout 30000000");
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

describe("of a file without a list of its streams", () => {
  test.for(["mpegts", "mpeg", "flv"])(
    "every run looks equally far into it: %s",
    (demuxer) => {
      const far = ["-analyzeduration", "300000000", "-probesize", "200000000"];
      const reading = readingOptions("/a", demuxer);
      expect(reading).toEqual([
        ...["-protocol_whitelist", "file,pipe", ...far, "-f", demuxer],
      ]);
      expect(probingOptions("/a", demuxer)).toEqual(reading);
    },
  );

  test("a command can write another that has one", () => {
    expect(listingCommand("/my film.ts", 250)).toBe(
      "ffmpeg -analyzeduration 100G -probesize 250M -i '/my film.ts' -map 0 -sn -dn -c copy FILE.mkv",
    );
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
