import { describe, expect, test } from "vitest";
import {
  holesInVideo,
  holesInAudio,
  withSilence,
} from "../../src/tracks/holes.js";
import { audioTrack, table } from "../support/track.js";

const FRAME = 213_333;
const config = Uint8Array.of(0x11, 0x90);

describe("a hole in the sound", () => {
  const samples = table([FRAME, 3 * FRAME, FRAME, FRAME, FRAME]);
  const files = [
    { path: "a.mp4", firstSample: 0 },
    { path: "b.mp4", firstSample: 3 },
  ];
  const track = { ...audioTrack(samples), config, files };

  test("is where a frame lasts for two or more, at its usual end", () => {
    const hole = { sample: 1, time: 2 * FRAME, length: 2 * FRAME };
    expect(holesInAudio(samples)).toEqual([hole]);
    expect(holesInAudio(table([FRAME, 1.9 * FRAME, FRAME]))).toEqual([]);
  });

  test("becomes frames of silence; all others keep their times and bytes", () => {
    const filled = withSilence(track, holesInAudio(samples), "a.mp4");
    expect([...filled.samples.decodeTime]).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => i * FRAME),
    );
    expect(
      filled.files.map(({ path, firstSample }) => [path, firstSample]),
    ).toEqual([
      ["a.mp4", 0],
      ["", 2],
      ["a.mp4", 4],
      ["b.mp4", 5],
    ]);
    expect([...filled.samples.offset]).toEqual([0, 10, 0, 0, 20, 30, 40]);
  });

  test.each([
    ["a sample", [FRAME, 24 * 3600e7, FRAME, FRAME, FRAME]],
    ["two together", [FRAME, 4 * 3600e7, FRAME, 4 * 3600e7, FRAME]],
  ])(
    "of more hours than a film has is refused, not filled: %s",
    (_, durations) => {
      const long = { ...track, samples: table(durations) };
      expect(() =>
        withSilence(long, holesInAudio(long.samples), "a.mp4"),
      ).toThrow(/^a\.mp4: sound is missing for \d+\.\d+ s\. Expected at most/);
    },
  );

  test("that no silence can fill is refused", () => {
    const odd = { ...track, config: Uint8Array.of(0x11, 0x80) };
    expect(() => withSilence(odd, holesInAudio(samples), "a.mp4")).toThrow(
      "there is no silence for its channels",
    );
  });
});

test("a picture that stands still for half a second where others last a frame is told", () => {
  const frames = [400_000, 400_000, 20_400_000, 400_000, 400_000];
  expect(holesInVideo(table(frames))).toEqual([
    { sample: 2, time: 1_200_000, length: 20_000_000 },
  ]);
  expect(holesInVideo(table([400_000, 3_000_000, 400_000]))).toEqual([]);
});
