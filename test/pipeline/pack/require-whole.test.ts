import { describe, expect, test } from "vitest";
import type { TrackFile } from "../../../src/media/presentation.js";
import { requireWhole } from "../../../src/pipeline/requirements.js";
import { fixturePlan } from "../../support/fixtures.js";

/** What was made of a film of an hour. */
function madeOf(
  seconds: number,
  { salvage = false, path = "/films/film.mkv", part = {} } = {},
) {
  const plan = fixturePlan();
  const tracks = [{ duration: seconds * 1e7 } as TrackFile];
  const source = { ...plan.source, path };
  return () =>
    requireWhole(
      { ...plan, ...part, source, durationSeconds: 3600 },
      tracks,
      salvage,
    );
}

describe("a package is as long as its film", () => {
  test.each([3596.5, 3600, 3635])(
    "within what clocks differ: %d s",
    (found) => {
      expect(madeOf(found)()).toEqual([]);
    },
  );

  test("less is of a file that is cut off, which --salvage takes", () => {
    expect(madeOf(3596)).toThrow("only 3596.0 s could be decoded");
    expect(madeOf(3596, { salvage: true })()).toEqual([
      { stream: "video", fromSeconds: 3596, toSeconds: 3600 },
    ]);
  });

  test("what a part lacks is told by the clock of the source", () => {
    const part = { startSeconds: 100, filmSeconds: 7200 };
    expect(madeOf(3596, { salvage: true, part })()).toEqual([
      { stream: "video", fromSeconds: 3696, toSeconds: 3700 },
    ]);
  });

  test("more is of a clock that ffmpeg reads in another way: no such film is called right", () => {
    const refused = "gave 51560.0 s of film. Expected 3600.0 s";
    expect(madeOf(51_560)).toThrow(refused);
    expect(madeOf(51_560, { salvage: true })).toThrow(refused);
  });

  test("but of an address the header's word is all that was known", () => {
    expect(madeOf(3700, { path: "https://example.com/film.mp4" })()).toEqual(
      [],
    );
  });
});
