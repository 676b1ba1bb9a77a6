import { describe, expect, test } from "vitest";
import { withoutEdges } from "../../src/probe/edges.js";
import type { LostTime } from "../../src/probe/source-info.js";
import { sourceVideo, sourceAudio, source } from "../support/sources.js";

const RECORDING = {
  ...source({ video: sourceVideo({ gopSeconds: 3 }), audio: sourceAudio() }),
  isMeasured: true,
  clock: {
    pieces: [],
    strays: [],
    jumps: [{ atSeconds: 5, bySeconds: -5 }],
  },
};

function lost(
  stream: LostTime["stream"],
  fromSeconds: number,
  toSeconds: number,
): LostTime {
  return { stream, fromSeconds, toSeconds };
}

describe("what a recording lacks at its edges is a note", () => {
  test.each([
    ["its begin", lost("video", 0, 1), /^the first 1\.00 s of the picture/],
    ["its end", lost("audio", 8.5, 10), /^the last 1\.50 s of the sound/],
    ["a group of pictures", lost("video", 7, 10), /^the last 3\.00 s/],
    ["a joint", lost("video", 4.5, 5.5), /at the joint at 5\.00 s/],
  ])("at %s", (_, span, words) => {
    const found = withoutEdges([span], RECORDING);
    expect(found.lost).toEqual([]);
    expect(found.notes).toEqual([expect.stringMatching(words)]);
  });

  test.each([
    ["in the middle", lost("audio", 2.3, 2.4)],
    ["of more than two seconds of sound", lost("audio", 7.5, 10)],
    ["of more than a group of pictures", lost("video", 0, 4)],
  ])("and damage where it is %s", (_, span) => {
    expect(withoutEdges([span], RECORDING)).toEqual({
      lost: [span],
      notes: [],
    });
  });

  test("but not of a file that lists its frames: each was promised", () => {
    const film = source({ video: sourceVideo(), audio: sourceAudio() });
    const end = [lost("video", 9, 10)];
    expect(withoutEdges(end, film).lost).toEqual(end);
  });
});
