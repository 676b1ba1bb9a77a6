import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eachFragment } from "../../src/media/fragments.js";
import { cutFragments as cutColumns } from "../../src/tracks/cut-fragments.js";
import { onSmoothClock } from "../../src/tracks/smooth-clock.js";
import { audioTrack, table, videoTrack } from "../support/track.js";

/** As objects. */
function cutFragments(...of: Parameters<typeof cutColumns>) {
  return [...eachFragment(cutColumns(...of))];
}

/** Durations of `count` AAC frames at 48 kHz in 10 MHz ticks, rounded from the running count. */
function aacFrames(count: number): number[] {
  const times = Array.from({ length: count + 1 }, (_, i) =>
    Math.round((i * 1024 * 1e7) / 48000),
  );
  return times.slice(1).map((time, i) => time - (times[i] ?? 0));
}

describe("picture", () => {
  const frames = Array.from({ length: 6 }, () => 400_000);

  test("is cut at key frames on the cut times", () => {
    const track = videoTrack(table(frames, { sync: [1, 0, 0, 1, 0, 0] }));
    expect(cutFragments(track, [0, 1_200_000], "720p")).toEqual([
      { firstSample: 0, endSample: 3, time: 0, duration: 1_200_000 },
      { firstSample: 3, endSample: 6, time: 1_200_000, duration: 1_200_000 },
    ]);
  });

  test("keeps a key frame that lies between cut times inside its fragment", () => {
    const track = videoTrack(table(frames, { sync: [1, 0, 0, 1, 0, 0] }));
    expect(cutFragments(track, [0], "720p")).toHaveLength(1);
  });

  test.each([
    [
      "no key frame stands at the cut time",
      { sync: [1, 0, 0, 0, 1, 0] },
      1_200_000,
      "sample 3 starts at 1200000 and is not a key frame",
    ],
    [
      "the key frame is a tick beside it",
      { sync: [1, 0, 0, 1, 0, 0] },
      1_199_999,
      "sample 3 starts at 1200000",
    ],
    [
      "the track ends before it",
      { sync: [1, 0, 0, 1, 0, 0] },
      2_400_000,
      "the track ends at 2400000",
    ],
  ])("is refused when %s", (_, columns, cut, message) => {
    const track = videoTrack(table(frames, columns));
    expect(() => cutFragments(track, [0, cut], "720p")).toThrow(
      expect.objectContaining({
        code: "mux",
        message: expect.stringContaining(message) as string,
      }),
    );
  });
});

describe("sound", () => {
  test("fragments hold the frames that begin in their window: 94 frames, then 94, at 48 kHz", () => {
    const track = audioTrack(table(aacFrames(300)));
    const fragments = cutFragments(track, [0, 20_000_000, 40_000_000], "sound");
    // 2 s are 93.75 frames: the first that begins at or after 2 s is number 94
    expect(
      fragments.map(({ firstSample, time }) => [firstSample, time]),
    ).toEqual([
      [0, 0],
      [94, 20_053_333],
      [188, 40_106_667],
    ]);
  });

  test("a window without a frame of its own gives no empty fragment", () => {
    const track = audioTrack(table([1_000_000, 1_000_000]));
    const fragments = cutFragments(
      track,
      [0, 100_000, 200_000, 1_000_000],
      "sound",
    );
    expect(
      fragments.map(({ firstSample, endSample }) => [firstSample, endSample]),
    ).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  test("every sample lands in exactly one fragment, and fragments follow one another to the tick", () => {
    const durations = fc.array(fc.integer({ min: 1, max: 500_000 }), {
      minLength: 1,
      maxLength: 200,
    });
    const gaps = fc.array(fc.integer({ min: 1, max: 3_000_000 }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(durations, gaps, (frames, steps) => {
        const cuts = steps.reduce(
          (times, step) => [...times, (times.at(-1) ?? 0) + step],
          [0],
        );
        const samples = table(frames);
        const fragments = cutFragments(audioTrack(samples), cuts, "sound");
        let [sample, time] = [0, 0];
        for (const fragment of fragments) {
          expect(fragment.firstSample).toBe(sample);
          expect(fragment.time).toBe(time);
          expect(fragment.endSample).toBeGreaterThan(fragment.firstSample);
          sample = fragment.endSample;
          time += fragment.duration;
        }
        expect(sample).toBe(samples.count);
        expect(time).toBe(samples.decodeTime[samples.count]);
      }),
    );
  });
});

test("on the 10 MHz clock no position is more than half a tick from the exact one", () => {
  // 5000 ticks of 1/25 s: offsets are 32 bits in a trun, which are full after 214 s
  const timescale = fc.integer({ min: 25, max: 1_000_000_000 });
  const rows = fc.array(
    fc.tuple(
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: -5000, max: 5000 }),
    ),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(timescale, rows, (scale, samples) => {
      const source = table(
        samples.map(([duration]) => duration),
        { offsets: samples.map(([, offset]) => offset) },
      );
      const { samples: moved } = onSmoothClock(
        videoTrack(structuredClone(source), scale),
        "720p",
      );
      samples.forEach((_, i) => {
        const [decode = 0, offset = 0] = [
          source.decodeTime[i],
          source.compositionOffset[i],
        ];
        const [movedDecode = 0, movedOffset = 0] = [
          moved.decodeTime[i],
          moved.compositionOffset[i],
        ];
        expectNear(movedDecode, decode, scale);
        expectNear(movedDecode + movedOffset, decode + offset, scale);
      });
    }),
  );
});

test("a composition offset that 32 bits of 10 MHz cannot hold is refused, not cut", () => {
  const source = videoTrack(table([1, 1], { offsets: [215, 0] }), 1);
  expect(() => onSmoothClock(source, "720p")).toThrow(
    "720p: a composition offset of 2150000000 ticks. Expected at most 2^31.",
  );
});

test("a track that lasts longer than whole numbers can count is refused", () => {
  const source = videoTrack(table([2 ** 30]), 1);
  expect(() => onSmoothClock(source, "720p")).toThrow(
    "720p: lasts 1073741824 s. Expected less than 900719925.4740992.",
  );
});

/** |moved - exact| <= 1/2, in whole numbers: |2 moved scale - 2 position 10^7| <= scale. */
function expectNear(moved: number, position: number, scale: number): void {
  const error =
    2n * BigInt(moved) * BigInt(scale) - 2n * BigInt(position) * 10_000_000n;
  const size = error < 0n ? -error : error;
  expect(size <= BigInt(scale)).toBe(true);
}
