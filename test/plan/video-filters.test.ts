import { describe, expect, test } from "vitest";
import { rungFilters, sharedVideoFilters } from "../../src/plan/filters.js";
import type { SourceVideo } from "../../src/probe/source-info.js";
import { sourceVideo } from "../support/sources.js";

const RATE_2997 = { num: 30_000, den: 1001 };
const HD = { width: 1280, height: 720 };

/** The scale filter's colours and ranges for a picture; undefined when it is not scaled. */
function coloursOf(changes: Partial<SourceVideo>): string | undefined {
  const source = sourceVideo(changes);
  const [scale] = rungFilters(source, source, source);
  return /^scale=.*:flags=lanczos:(.*)$/.exec(scale ?? "")?.[1];
}

const STILL = { rate: RATE_2997, shiftSeconds: 0, holdSeconds: 0 };

describe("the filters that all rungs share", () => {
  test("make one constant rate from time 0", () => {
    expect(sharedVideoFilters(sourceVideo(), STILL, HD)).toEqual([
      "fps=fps=30000/1001:start_time=0",
    ]);
  });

  test("make frames of fields first", () => {
    const interlaced = sourceVideo({ scan: "interlaced" });
    const rate = { num: 25, den: 1 };
    expect(sharedVideoFilters(interlaced, { ...STILL, rate }, HD)).toEqual([
      "bwdif=mode=send_frame:parity=auto:deint=all",
      "fps=fps=25/1:start_time=0",
    ]);
  });

  test("say which field is first where only the eye tells it", () => {
    const seen = sourceVideo({ scan: "interlaced", seenFieldOrder: "bff" });
    expect(sharedVideoFilters(seen, STILL, HD)[0]).toContain(":parity=bff:");
  });

  test("leave telecined film alone", () => {
    const film = sourceVideo({ scan: "telecined" });
    expect(sharedVideoFilters(film, STILL, HD)).toEqual(
      sharedVideoFilters(sourceVideo(), STILL, HD),
    );
  });

  test("move the first frame onto the grid, and hold the last one", () => {
    const timing = { ...STILL, shiftSeconds: -0.023, holdSeconds: 3.5 };
    expect(sharedVideoFilters(sourceVideo(), timing, HD)).toEqual([
      "setpts=PTS-0.023000/TB",
      "fps=fps=30000/1001:start_time=0",
      "tpad=stop_mode=clone:stop_duration=3.500",
    ]);
  });
});

describe("the filters of a rung", () => {
  test("leave a picture of the right size and colour as it is", () => {
    expect(rungFilters(sourceVideo(), sourceVideo(), sourceVideo())).toEqual([
      "format=yuv420p",
      "setsar=1",
    ]);
  });

  test("scale a larger one", () => {
    expect(rungFilters(sourceVideo(), HD, HD)).toEqual([
      "scale=w=1280:h=720:flags=lanczos:in_color_matrix=bt709:out_color_matrix=bt709:in_range=tv:out_range=tv",
      "format=yuv420p",
      "setsar=1",
    ]);
  });

  test("make oblong pixels square, even where the numbers agree", () => {
    const anamorphic = sourceVideo({ sampleAspectRatio: { num: 4, den: 3 } });
    const [scale] = rungFilters(anamorphic, anamorphic, anamorphic);
    expect(scale).toContain("scale=w=1920:h=1080:");
  });

  test.for([
    {
      what: "full range",
      changes: { fullRange: true },
      colours:
        "in_color_matrix=bt709:out_color_matrix=bt709:in_range=pc:out_range=tv",
    },
    {
      what: "BT.601",
      changes: { colorMatrix: "smpte170m" },
      colours:
        "in_color_matrix=smpte170m:out_color_matrix=bt709:in_range=tv:out_range=tv",
    },
    {
      what: "an unnamed matrix in SD, which is BT.601 by custom",
      changes: { colorMatrix: "", width: 720, height: 576 },
      colours:
        "in_color_matrix=smpte170m:out_color_matrix=bt709:in_range=tv:out_range=tv",
    },
    {
      what: "an unnamed matrix in SD held upright",
      changes: { colorMatrix: "", width: 480, height: 854 },
      colours:
        "in_color_matrix=smpte170m:out_color_matrix=bt709:in_range=tv:out_range=tv",
    },
    {
      what: "an unnamed matrix in HD, which is BT.709 by custom: nothing",
      changes: { colorMatrix: "", ...HD },
      colours: undefined,
    },
  ])("bring $what to BT.709 of video range", ({ changes, colours }) => {
    expect(coloursOf(changes)).toBe(colours);
  });

  // ffmpeg 7 knows bt601, bt470 and smpte170m, which are one matrix; bt470bg it refuses.
  test("name PAL's matrix as every ffmpeg knows it", () => {
    const pal = { colorMatrix: "bt470bg", width: 720, height: 576 };
    expect(coloursOf(pal)).toMatch(
      /^in_color_matrix=(?:bt601|bt470|smpte170m):/,
    );
  });
});
