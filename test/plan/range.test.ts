import { describe, expect, test } from "vitest";
import { audioStreams, videoStream } from "../../src/plan/encode-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import {
  LADDER,
  source,
  sourceAudio,
  sourceVideo,
} from "../support/sources.js";

const LENGTH = { durationSeconds: 100 };
const FILM = source({
  video: sourceVideo(LENGTH),
  audio: sourceAudio(LENGTH),
});

test("a part begins and ends with frames of the film's grid, and the sound with them", () => {
  const plan = makePlan(FILM, LADDER, { start: 10.01, end: 20.03 });
  // 25 frames a second: the nearest ones.
  expect(videoStream(plan)?.frames).toEqual({ from: 250, to: 501 });
  expect(plan.durationSeconds).toBeCloseTo(10.04);
  const [rung] = audioStreams(plan)[0]?.rungs ?? [];
  expect(rung?.filters).toContain("asetpts=PTS-10.000000/TB");
  expect(rung?.filters).toContain("atrim=end=12.040000");
  expect(plan.notes[0]).toBe(
    "only 10 s to 20.04 s of the film's 1:40 are packaged",
  );
});

test("a length does the same as an end, and beyond the film's end is its end", () => {
  const framesOf = (settings: object) =>
    videoStream(makePlan(FILM, LADDER, settings))?.frames;
  expect(framesOf({ start: 10, duration: 10 })).toEqual({ from: 250, to: 500 });
  expect(framesOf({ start: 90, duration: 60 })).toEqual({ from: 2250 });
  expect(framesOf({ end: 100 })).toEqual({ from: 0 });
  expect(framesOf({ start: 0 })).toBeUndefined();
});

test("pieces of a part count from its begin", () => {
  const plan = makePlan(FILM, LADDER, { start: 40, pieceLength: 20 });
  expect(videoStream(plan)?.pieces).toEqual([0, 500, 1000]);
});

test("chapters move, and the one in which the part begins is its first", () => {
  const chapters = [0, 30, 60, 90].map((startSeconds, i) => ({
    ...{ startSeconds, title: `${i}` },
  }));
  const plan = makePlan({ ...FILM, chapters }, LADDER, { start: 40, end: 80 });
  expect(plan.chapters?.list).toEqual([
    { begin: 0, title: "1" },
    { begin: 200_000_000, title: "2" },
  ]);
  expect(plan.notes.join()).toContain("behind the end of the part");
});

test("of several films with one end, one that is shorter than any part is packaged whole", () => {
  const length = { durationSeconds: 0.04 };
  const short = source({ video: sourceVideo(length) });
  expect(makePlan(short, LADDER, { end: 12 }).durationSeconds).toBe(0.04);
});

describe("notes tell what lies in the part, not what the rest of the film has", () => {
  // The picture begins at 3 s and ends at 103 s; one sound goes on to 110 s, one has 5 to 60 s.
  const film = source({
    video: sourceVideo({ startSeconds: 3, durationSeconds: 100 }),
    audio: [
      sourceAudio({ index: 1, durationSeconds: 110 }),
      sourceAudio({ index: 2, startSeconds: 5, durationSeconds: 55 }),
    ],
  });
  for (const [settings, expected] of [
    [{}, ["3.00 s late", "7.00 s after", "50.00 s before", "5.00 s late"]],
    [{ start: 10, end: 50 }, []],
    [{ start: 4, end: 50 }, ["1.00 s late"]],
    [{ start: 1, end: 50 }, ["2.00 s late", "4.00 s late"]],
    [{ start: 20, end: 80 }, ["20.00 s before"]],
    [{ start: 80, end: 105 }, ["2.00 s after", "25.00 s before"]],
  ] as const)
    test(JSON.stringify(settings), () => {
      const { notes } = makePlan(film, LADDER, settings);
      const found = notes.flatMap(
        (note) => /[\d.]+ s (?:late|after|before)/.exec(note) ?? [],
      );
      expect(found).toEqual(expected);
    });
});

describe("a part that the film does not have is refused", () => {
  for (const [settings, message] of [
    [{ start: 100 }, "--start is 100. Expected less than the film's 1:40."],
    [{ start: 20, end: 10 }, "--end is 10. Expected more than --start, 20."],
    [{ end: 10, duration: 10 }, "--duration is 10. Expected none, for --end"],
    [{ duration: 0 }, "--duration is 0. Expected more than 0."],
    [{ duration: 0.1 }, "--duration is 0.1. Expected at least 0.5 s of film."],
    [{ start: 99.9 }, "--start is 99.9. Expected at least 0.5 s of film."],
    [{ end: 0.3 }, "--end is 0.3. Expected at least 0.5 s of film."],
    [{ start: 5, end: 5.1 }, "--end is 5.1. Expected at least 0.5 s of film."],
    [{ start: 99.9, end: 120 }, "--start is 99.9. Expected at least 0.5 s"],
    [{ start: -1 }, "--start is -1. Expected less than"],
    [{ start: 1, copy: ["audio"] }, "--copy audio is given, and a part"],
  ] as const)
    test(message, () => {
      expect(() => makePlan(FILM, LADDER, settings as object)).toThrow(message);
    });
});
