import { describe, expect, test } from "vitest";
import { DamageLog } from "../../src/probe/damage-log.js";
import { sourceVideo, sourceAudio, source } from "../support/sources.js";

const FILM = source({ video: sourceVideo(), audio: sourceAudio() });

/** What ffmpeg's showinfo prints of a picture of 25 a second, a key frame every second. */
function frames(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    const key = n % 25 === 0 ? 1 : 0;
    return `[Parsed_showinfo_1 @ 0x1] [info] n:${n} pts:${n * 512} pts_time:${n / 25} pos:9 iskey:${key} type:P`;
  });
}

function audioFrames(from: number, to: number): string[] {
  return Array.from(
    { length: to - from },
    (_, i) =>
      `[Parsed_ashowinfo_0 @ 0x2] [info] n:${i} pts:${i} pts_time:${(from + i) / 50} rate:48000 nb_samples:960`,
  );
}

const VIDEO_ERROR =
  "[h264 @ 0x3] [error] error while decoding MB 3 4, bytestream -5";
const AUDIO_ERROR = "[aac @ 0x4] [error] channel element 1.0 is not allocated";

function lostIn(...lines: string[]) {
  const log = new DamageLog(FILM);
  log.read("[info] Input #0, mov,mp4, from '/films/holiday.mp4':");
  lines.forEach((line) => log.read(line));
  return log.end();
}

describe("the times that are lost are read between frames and complaints", () => {
  test("and are none where nobody complains", () => {
    expect(lostIn(...frames(0, 250), ...audioFrames(0, 500))).toEqual([]);
  });

  test("from the last whole frame to the next key frame behind those held back", () => {
    const lines = [...frames(0, 70), VIDEO_ERROR, ...frames(70, 250)];
    expect(lostIn(...lines, ...audioFrames(0, 500))).toEqual([
      { stream: "video", fromSeconds: 2.76, toSeconds: 4 },
    ]);
  });

  test("of sound until its next frame but one", () => {
    const lines = [
      ...audioFrames(0, 100),
      AUDIO_ERROR,
      ...audioFrames(101, 500),
    ];
    expect(lostIn(...frames(0, 250), ...lines)).toEqual([
      { stream: "audio", fromSeconds: 1.98, toSeconds: 2.04 },
    ]);
  });

  test("of both where the demuxer complains, and up to the end where nothing follows", () => {
    const lines = [...frames(0, 200), ...audioFrames(0, 400)];
    const demuxer =
      "[mov,mp4,m4a @ 0x5] [error] stream 0, offset 0x9: partial file";
    expect(lostIn(...lines, demuxer)).toEqual([
      { stream: "video", fromSeconds: 7.96, toSeconds: 10 },
      { stream: "audio", fromSeconds: 7.98, toSeconds: 10 },
    ]);
  });

  test("where a stream ends long before its header's word, even in silence", () => {
    const lines = [...frames(0, 200), ...audioFrames(0, 500)];
    expect(lostIn(...lines)).toEqual([
      { stream: "video", fromSeconds: 7.96, toSeconds: 10 },
    ]);
  });

  test("at the begin of a recording that starts between key frames, until its first one", () => {
    const lines = [VIDEO_ERROR, VIDEO_ERROR, ...frames(25, 250)];
    expect(lostIn(...lines, ...audioFrames(0, 500))).toEqual([
      { stream: "video", fromSeconds: 0, toSeconds: 1 },
    ]);
  });
});
