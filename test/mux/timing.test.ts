import { describe, expect, test } from "vitest";
import type { MovieTrack } from "../../src/isobmff/tracks.js";
import type { ParsedBox } from "../../src/isobmff/parsed-box.js";
import type { SampleTable } from "../../src/media/track.js";
import { endTogether } from "../../src/mux/common-end.js";
import { fromZero } from "../../src/mux/from-zero.js";
import { joinTracks } from "../../src/mux/join.js";
import { sampleRanges } from "../../src/mux/sample-ranges.js";
import { audioTrack, table, videoTrack } from "../support/track.js";

function movieTrack(samples: SampleTable, ...mediaTimes: number[]): MovieTrack {
  const edits = mediaTimes.map((mediaTime) => ({
    segmentDuration: 0,
    mediaTime,
  }));
  const sampleEntry = {} as ParsedBox;
  return {
    trackId: 1,
    timescale: 48000,
    language: "und",
    sampleEntry,
    samples,
    edits,
  };
}

describe("picture begins at 0", () => {
  const samples = table([512, 512, 512], { offsets: [1024, 2048, 512] });

  test("offsets are lowered until the first frame is shown when it is decoded", () => {
    const moved = fromZero(movieTrack(samples, 1024), "video", "a.mp4");
    expect([...moved.compositionOffset]).toEqual([0, 1024, -512]);
  });

  test("a file without an edit list is moved by its first offset", () => {
    const moved = fromZero(movieTrack(samples), "video", "a.mp4");
    expect([...moved.compositionOffset]).toEqual([0, 1024, -512]);
  });

  test("an edit that begins inside the picture is refused, not guessed", () => {
    expect(() => fromZero(movieTrack(samples, 1536), "video", "a.mp4")).toThrow(
      "edit list begins at 1536",
    );
  });

  test("an edit list with a gap is refused", () => {
    expect(() =>
      fromZero(movieTrack(samples, -1, 1024), "video", "a.mp4"),
    ).toThrow("edit list of 2 entries");
  });
});

describe("sound begins at 0", () => {
  test("the encoder's lead-in frame is dropped", () => {
    const moved = fromZero(
      movieTrack(table([1024, 1024, 1024]), 1024),
      "audio",
      "a.mp4",
    );
    expect(moved.count).toBe(2);
    expect([...moved.decodeTime]).toEqual([0, 1024, 2048]);
    expect([...moved.offset]).toEqual([10, 20]);
  });

  test("a part of a frame stays: less than a frame of lag, no sound lost", () => {
    const moved = fromZero(
      movieTrack(table([1024, 1024, 1024]), 1500),
      "audio",
      "a.mp4",
    );
    expect(moved.count).toBe(2);
  });
});

describe("sound ends with the picture", () => {
  const frame = 213_333;
  const track = audioTrack(table([frame, frame, frame, frame]));

  test("frames beyond the picture are dropped and the last is shortened", () => {
    const { samples } = endTogether(track, 500_000, "sound");
    expect([...samples.decodeTime]).toEqual([0, frame, 2 * frame, 500_000]);
  });

  test("a sliver under a millisecond is no frame of its own", () => {
    const { samples } = endTogether(track, 2 * frame + 9_999, "sound");
    expect([...samples.decodeTime]).toEqual([0, frame, 2 * frame + 9_999]);
  });

  test("less than a frame of missing sound is bridged by the last frame", () => {
    const { samples } = endTogether(track, 4 * frame + 100_000, "sound");
    expect([...samples.decodeTime]).toEqual([
      0,
      frame,
      2 * frame,
      3 * frame,
      4 * frame + 100_000,
    ]);
  });

  test("more than a frame of missing sound is refused", () => {
    expect(() => endTogether(track, 6 * frame, "sound")).toThrow(
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
