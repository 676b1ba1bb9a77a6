import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frameTime, SMOOTH_TIMESCALE } from "../../src/media/time.js";
import { snapToFrameRate } from "../../src/tracks/read-copied.js";
import { table, videoTrack } from "../support/track.js";

const FILM = { num: 24_000, den: 1001 };
const exact = (frame: number) => frameTime(frame, FILM, SMOOTH_TIMESCALE);

/** I P B B of each group of four, shown I B B P, on a clock of so many ticks a second. */
const SHOWN = [0, 3, 1, 2];

function trackOn(clock: number, groups: number) {
  const onClock = (frame: number) => {
    const ticks = Math.round((frame * FILM.den * clock) / FILM.num);
    return Math.round((ticks * SMOOTH_TIMESCALE) / clock);
  };
  const count = 4 * groups;
  const frames = Array.from({ length: count }, (_, i) => i);
  const shown = frames.map((i) => i - (i % 4) + (SHOWN[i % 4] ?? 0));
  const times = [...frames, count].map(onClock);
  const track = videoTrack(
    table(
      frames.map((i) => (times[i + 1] ?? 0) - (times[i] ?? 0)),
      { offsets: frames.map((i) => onClock(shown[i] ?? 0) - onClock(i)) },
    ),
  );
  return { track, shown };
}

describe("a picture on a coarse clock", () => {
  test("is brought to the ticks of its rate, each frame in its place", () => {
    const clock = fc.constantFrom(1000, 12_288, 24_000, 90_000);
    fc.assert(
      fc.property(clock, fc.integer({ min: 1, max: 50 }), (ticks, groups) => {
        const { track, shown } = trackOn(ticks, groups);
        snapToFrameRate(track, FILM, "film");
        const { decodeTime, compositionOffset, count } = track.samples;
        expect([...decodeTime]).toEqual([...shown.keys(), count].map(exact));
        const presented = shown.map(
          (_, i) => (decodeTime[i] ?? 0) + (compositionOffset[i] ?? 0),
        );
        expect(presented).toEqual(shown.map(exact));
      }),
    );
  });

  test("is refused when a frame was dropped", () => {
    const { track } = trackOn(24_000, 3);
    const { decodeTime } = track.samples;
    for (let i = 7; i <= 12; i++) decodeTime[i] = exact(i + 1);
    expect(() => snapToFrameRate(track, FILM, "film")).toThrow(
      "film: frame 8 is shown at 0.334 s. Expected 0.292 s: frames one by one at 24000/1001 a second",
    );
  });

  test("is refused when a frame is 2 ms off, which no clock of a file rounds by", () => {
    const { track } = trackOn(24_000, 3);
    track.samples.decodeTime[7] = exact(7) + 20_000;
    expect(() => snapToFrameRate(track, FILM, "film")).toThrow(
      "film: frame 8 is shown at 0.294 s. Expected 0.292 s",
    );
    track.samples.decodeTime[7] = exact(7) + 9_000;
    expect(() => snapToFrameRate(track, FILM, "film")).not.toThrow();
  });

  test("is refused when its last frame is held", () => {
    const { track } = trackOn(24_000, 3);
    track.samples.decodeTime[12] = exact(13);
    expect(() => snapToFrameRate(track, FILM, "film")).toThrow(
      "film: the last frame ends at 0.542 s. Expected 0.500 s",
    );
  });
});
