import { describe, expect, test } from "vitest";
import { sidecarFiles } from "../../src/plan/encode-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import type { SourceChapter } from "../../src/probe/source-info.js";
import {
  LADDER,
  source,
  sourceAudio,
  sourceVideo,
} from "../support/sources.js";

/** The plan of a film of ten seconds with these chapters. */
function planned(chapters: readonly SourceChapter[], video = sourceVideo()) {
  const film = source({ video, audio: sourceAudio() });
  return makePlan({ ...film, chapters }, LADDER);
}

const at = (startSeconds: number, title = "") => ({ startSeconds, title });

describe("chapters", () => {
  test("are ordered, and each has a title of one line", () => {
    const list = planned([
      at(6, " The\tEnd\n\u2028?\u0007 "),
      at(0),
      at(2.5, "Příběh"),
    ]).chapters?.list;
    expect(list).toEqual([
      { begin: 0, title: "Chapter 1" },
      { begin: 25_000_000, title: "Příběh" },
      { begin: 60_000_000, title: "The End ?" },
    ]);
  });

  test("are in the film: of several that begin with it or before it the last one counts", () => {
    const plan = planned([
      ...[at(-4, "before"), at(0.02, "first"), at(9.999, "last")],
      ...[at(10, "behind"), at(4000, "far")],
    ]);
    expect(plan.chapters?.list.map(({ title }) => title)).toEqual([
      "first",
      "last",
    ]);
    expect(plan.notes).toContain(
      "2 of 5 chapters begin behind the end of the film: they are left out",
    );
  });

  test("move with the picture where a recording begins between two key frames", () => {
    const late = sourceVideo({
      ...{ startSeconds: 0.96, undecodedSeconds: 0.96, durationSeconds: 9.04 },
    });
    const list = planned([at(0), at(3.96, "Second")], late).chapters?.list;
    expect(list?.map(({ begin }) => begin)).toEqual([0, 30_000_000]);
  });

  test("are at most a thousand, of titles of at most 200 characters", () => {
    const many = Array.from({ length: 1500 }, (_, i) =>
      at(i / 200, "\u{1F3AC}".repeat(300)),
    );
    const { chapters, notes } = planned(many);
    expect(chapters?.list).toHaveLength(1000);
    expect(chapters?.list[5]?.title).toBe("\u{1F3AC}".repeat(200));
    expect(notes).toContainEqual(
      expect.stringMatching(/^only the first 1000 of 1500 chapters are kept$/),
    );
  });

  test("of a film without any leave no trace in the plan", () => {
    expect(planned([])).not.toHaveProperty("chapters");
  });
});

describe("thumbnails", () => {
  const film = source({ video: sourceVideo(), audio: sourceAudio() });
  const thumbnails = (video = sourceVideo(), seconds = 10) =>
    makePlan(source({ video }), LADDER, { thumbnailSeconds: seconds });

  test("are files beside the media, only when they are asked for", () => {
    expect(sidecarFiles(makePlan(film, LADDER))).toEqual([]);
    const plan = makePlan(film, LADDER, { thumbnailSeconds: 10 });
    expect(sidecarFiles(plan)).toEqual([
      "holiday.thumbs.vtt",
      "holiday.thumbs.jpg",
    ]);
    const inPreset = { ...LADDER, thumbnailSeconds: 5 };
    expect(makePlan(film, inPreset).thumbnails?.everySeconds).toBe(5);
  });

  test.each([
    [1920, 1080, 160, 90],
    [1920, 800, 160, 66],
    [1080, 1920, 50, 90],
    [640, 480, 120, 90],
  ])("of %i by %i fit into 160 by 90", (width, height, ...size) => {
    const plan = thumbnails(sourceVideo({ width, height })).thumbnails;
    expect([plan?.width, plan?.height]).toEqual(size);
  });

  test("are at most a thousand", () => {
    const long = sourceVideo({ durationSeconds: 10_800 });
    const plan = thumbnails(long, 2);
    expect(plan.thumbnails?.everySeconds).toBe(11);
    expect(plan.notes).toContain(
      "thumbnails: one each 11 s, not each 2 s: 1000 are the most",
    );
  });

  test("are none of sound alone, with a note", () => {
    const sound = source({ audio: sourceAudio() });
    const plan = makePlan(sound, LADDER, { thumbnailSeconds: 10 });
    expect(plan).not.toHaveProperty("thumbnails");
    expect(plan.notes).toContain("no thumbnails: the film has no picture");
  });

  test.each([0, 0.5, 3601, NaN])("are refused each %s seconds", (seconds) => {
    expect(() => thumbnails(sourceVideo(), seconds)).toThrow(
      `--thumbnails is "${seconds}". Expected seconds from 1 to 3600.`,
    );
  });
});
