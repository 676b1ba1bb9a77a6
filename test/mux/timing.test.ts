import { describe, expect, test } from "vitest";
import { sampleRanges } from "../../src/mux/sample-ranges.js";
import { endTogether } from "../../src/tracks/common-end.js";
import { joinTracks } from "../../src/tracks/read-encoded.js";
import { audioTrack, table, videoTrack } from "../support/track.js";

describe("sound ends with the picture", () => {
  const frame = 213_333;
  const track = () => audioTrack(table([frame, frame, frame, frame]));

  test("frames beyond the picture are dropped and the last is shortened", () => {
    const { samples } = endTogether(track(), 500_000, "sound");
    expect([...samples.decodeTime]).toEqual([0, frame, 2 * frame, 500_000]);
  });

  test("a sliver under a millisecond is no frame of its own", () => {
    const { samples } = endTogether(track(), 2 * frame + 9_999, "sound");
    expect([...samples.decodeTime]).toEqual([0, frame, 2 * frame + 9_999]);
  });

  test("less than a frame of missing sound is bridged by the last frame", () => {
    const { samples } = endTogether(track(), 4 * frame + 100_000, "sound");
    expect([...samples.decodeTime]).toEqual([
      0,
      frame,
      2 * frame,
      3 * frame,
      4 * frame + 100_000,
    ]);
  });

  test("more than a frame of missing sound is refused", () => {
    expect(() => endTogether(track(), 6 * frame, "sound")).toThrow(
      "Expected sound up to the picture's end",
    );
  });
});

describe("pieces of a rung become one track", () => {
  const first = videoTrack(table([400_000, 400_000]));
  const second = videoTrack(table([400_000], { sizes: [77] }));

  test("times go on where the piece before ended, files are remembered", () => {
    const joined = joinTracks([first, second], "720p");
    expect([...joined.samples.decodeTime]).toEqual([
      0, 400_000, 800_000, 1_200_000,
    ]);
    expect([...joined.samples.size]).toEqual([10, 10, 77]);
    expect(joined.files.map(({ firstSample }) => firstSample)).toEqual([0, 2]);
  });

  test("a fragment across pieces is copied from both files", () => {
    const joined = joinTracks([first, second], "720p");
    const whole = {
      firstSample: 0,
      endSample: 3,
      time: 0,
      duration: 1_200_000,
    };
    expect(sampleRanges(joined, whole)).toEqual([
      { file: 0, offset: 0, length: 20 },
      { file: 1, offset: 0, length: 77 },
    ]);
  });

  test("pieces with another decoder configuration are refused", () => {
    const other = { ...second, config: Uint8Array.of(1) };
    expect(() => joinTracks([first, other], "720p")).toThrow("720p piece 2");
  });
});
