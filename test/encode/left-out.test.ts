import { describe, expect, test } from "vitest";
import { isAboutLeftOut } from "../../src/encode/judge.js";
import { sourceVideo, sourceAudio, source } from "../support/sources.js";

const COVER = { index: 2, type: "video", codec: "mjpeg", reason: "cover art" };
const FILM = {
  ...source({ video: sourceVideo(), audio: sourceAudio({ index: 1 }) }),
  ignored: [COVER],
};

describe("a complaint about what is left out is no damage", () => {
  test.for([
    ["[mjpeg @ 0x5] [fatal] No JPEG data found in image", true],
    ["[mpegts @ 0x5] [warning] Packet corrupt (stream = 2, dts = 9)", true],
    ["[h264 @ 0x5] [error] error while decoding MB 3 4", false],
    ["[mpegts @ 0x5] [warning] Packet corrupt (stream = 1, dts = 9)", false],
    ["[warning] film.ts: corrupt input packet in stream 1", false],
    ["[mov,mp4 @ 0x5] [error] stream 0, offset 0x30: partial file", false],
    ["[error] av_interleaved_write_frame(): No space left", false],
  ] as const)("%s: %s", ([line, isLeftOut]) => {
    expect(isAboutLeftOut(line, FILM)).toBe(isLeftOut);
  });

  test("but of a film that is JPEGs itself nobody could tell", () => {
    const film = { ...FILM, streams: [sourceVideo({ codec: "mjpeg" })] };
    const line = "[mjpeg @ 0x5] [fatal] No JPEG data found in image";
    expect(isAboutLeftOut(line, film)).toBe(false);
  });
});
