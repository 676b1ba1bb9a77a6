import { describe, expect, test } from "vitest";
import { planTiming } from "../../src/plan/timing.js";
import { sourceVideo, sourceAudio, source } from "../support/sources.js";

const PAL = { num: 25, den: 1 };

describe("a package lasts", () => {
  test("as long as its picture, when the sound ends before", () => {
    const film = source({
      video: sourceVideo(),
      audio: sourceAudio({ durationSeconds: 7 }),
    });
    expect(planTiming(film, PAL)).toEqual({
      durationSeconds: 10,
      shiftSeconds: 0,
      holdSeconds: 0,
    });
  });

  test("as long as its sound, over the last frame held", () => {
    const film = source({
      video: sourceVideo(),
      audio: sourceAudio({ durationSeconds: 12.5 }),
    });
    expect(planTiming(film, PAL)).toMatchObject({
      durationSeconds: 12.5,
      holdSeconds: 2.5,
    });
  });

  test("no longer for the tenth of a second that encoders leave", () => {
    const film = source({
      video: sourceVideo(),
      audio: sourceAudio({ durationSeconds: 10.1 }),
    });
    expect(planTiming(film, PAL)).toMatchObject({
      durationSeconds: 10,
      holdSeconds: 0,
    });
  });

  test("as long as its sound, where that goes on for more than a tenth", () => {
    const film = source({
      video: sourceVideo(),
      audio: sourceAudio({ durationSeconds: 10.11 }),
    });
    const { durationSeconds, holdSeconds } = planTiming(film, PAL);
    expect(durationSeconds).toBeCloseTo(10.11, 9);
    expect(holdSeconds).toBeCloseTo(0.11, 9);
  });

  test("as long as sound alone", () => {
    const music = source({ audio: sourceAudio({ durationSeconds: 7.3 }) });
    expect(planTiming(music, undefined)).toMatchObject({
      durationSeconds: 7.3,
    });
  });
});

describe("picture and sound are moved together so that frames fall on the grid", () => {
  test.for([
    { startSeconds: 0.023, shiftSeconds: 0.017 },
    { startSeconds: 0.019, shiftSeconds: -0.019 },
    { startSeconds: 0.72, shiftSeconds: 0 },
    { startSeconds: 0.0003, shiftSeconds: 0 },
  ])(
    "from $startSeconds s by $shiftSeconds s",
    ({ startSeconds, shiftSeconds }) => {
      const film = source({
        video: sourceVideo({ startSeconds }),
        audio: sourceAudio(),
      });
      expect(planTiming(film, PAL).shiftSeconds).toBeCloseTo(shiftSeconds, 9);
    },
  );
});
