import { describe, expect, test } from "vitest";
import { fitLadder, fitSize, type Ladder } from "../../src/plan/ladder.js";
import { LADDER } from "../support/sources.js";

const [RUNG_1080, RUNG_720, RUNG_480] = LADDER.rungs;

interface Source {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond?: number;
  readonly allowUpscale?: boolean;
}

function fit({
  width,
  height,
  framesPerSecond = 25,
  allowUpscale = false,
}: Source): Ladder {
  const frameRate = { num: framesPerSecond, den: 1 };
  return fitLadder({
    width,
    height,
    frameRate,
    rungs: LADDER.rungs,
    allowUpscale,
  });
}

/** Rungs as `name size@average-peak`, in kilobits per second. */
function shortly({ rungs }: Ladder): string[] {
  return rungs.map(
    ({ preset, width, height, bitrate, maxBitrate }) =>
      `${preset.name} ${width}x${height}@${bitrate / 1000}-${maxBitrate / 1000}`,
  );
}

describe("the ladder follows the source", () => {
  test.for([
    {
      source: { width: 3840, height: 2160 },
      rungs: [
        "1080p 1920x1080@5000-7500",
        "720p 1280x720@2800-4200",
        "480p 854x480@1300-1950",
      ],
    },
    {
      source: { width: 1920, height: 1080 },
      rungs: [
        "1080p 1920x1080@5000-7500",
        "720p 1280x720@2800-4200",
        "480p 854x480@1300-1950",
      ],
    },
    {
      // Portrait: the boxes are turned, the short side counts.
      source: { width: 1080, height: 1920 },
      rungs: [
        "1080p 1080x1920@5000-7500",
        "720p 720x1280@2800-4200",
        "480p 480x854@1300-1950",
      ],
    },
    {
      // 4:3 has 3/4 of the pixels: 0.75 ** 0.75 = 0.806 of the bits.
      source: { width: 1440, height: 1080 },
      rungs: [
        "1080p 1440x1080@4030-6040",
        "720p 960x720@2260-3380",
        "480p 640x480@1050-1570",
      ],
    },
    {
      source: { width: 1920, height: 800 },
      rungs: [
        "1080p 1920x800@3990-5990",
        "720p 1280x534@2240-3360",
        "480p 854x356@1040-1560",
      ],
    },
    {
      source: { width: 1280, height: 720 },
      rungs: ["720p 1280x720@2800-4200", "480p 854x480@1300-1950"],
    },
    {
      // Between two rungs: the upper one takes the source's own size.
      source: { width: 1600, height: 900 },
      rungs: [
        "1080p 1600x900@3800-5710",
        "720p 1280x720@2800-4200",
        "480p 854x480@1300-1950",
      ],
    },
    {
      // 14 % more pixels than 720p are not worth a rung.
      source: { width: 1366, height: 768 },
      rungs: ["720p 1280x720@2800-4200", "480p 854x480@1300-1950"],
    },
    {
      source: { width: 1024, height: 576 },
      rungs: ["720p 1024x576@2000-3010", "480p 854x480@1300-1950"],
    },
    // Below all rungs one is kept, at the source's size.
    { source: { width: 640, height: 360 }, rungs: ["480p 640x360@840-1270"] },
    { source: { width: 190, height: 240 }, rungs: ["480p 190x240@250-380"] },
    { source: { width: 1, height: 1 }, rungs: ["480p 2x2@10-10"] },
  ])("of $source.width x $source.height", ({ source, rungs }) => {
    expect(shortly(fit(source))).toEqual(rungs);
  });

  test("and a level and a rate above 30 frames a second fits", () => {
    const levels = (framesPerSecond: number) =>
      fit({ width: 1920, height: 1080, framesPerSecond }).rungs.map(
        ({ bitrate, level }) => `${bitrate / 1000} ${level}`,
      );
    expect(levels(30)).toEqual(["5000 4.0", "2800 3.1", "1300 3.1"]);
    // The 480p rung has no rates of its own for more frames.
    expect(levels(50)).toEqual(["6500 4.2", "3800 3.2", "1300 3.1"]);
    expect(levels(60)).toEqual(["6500 4.2", "3800 3.2", "1300 3.1"]);
  });
});

describe("what the ladder leaves out or changes it tells", () => {
  test("for rungs larger than the source", () => {
    const { skipped, notes } = fit({ width: 640, height: 360 });
    expect(skipped).toEqual([
      { name: "1080p", reason: "larger than the source (640x360)" },
      { name: "720p", reason: "larger than the source (640x360)" },
    ]);
    expect(notes).toEqual([
      "480p: 640x360 has fewer pixels than 854x480; bitrate scaled by their ratio to the power 0.75 to 840 kbit/s",
    ]);
  });

  test("for a rung too near the next one", () => {
    const { skipped, notes } = fit({ width: 1366, height: 768 });
    expect(skipped).toEqual([
      {
        name: "1080p",
        reason: "at the source's 1366x768 it would be too near 720p (1280x720)",
      },
    ]);
    expect(notes).toEqual([]);
  });

  test("and of a source that fits it says nothing", () => {
    const { skipped, notes } = fit({ width: 1920, height: 1080 });
    expect([...skipped, ...notes]).toEqual([]);
  });
});

describe("a rung larger than the source", () => {
  test("is made when that is allowed", () => {
    const up = fit({ width: 640, height: 360, allowUpscale: true });
    expect(shortly(up)).toEqual([
      "1080p 1920x1080@5000-7500",
      "720p 1280x720@2800-4200",
      "480p 854x480@1300-1950",
    ]);
    expect(up.skipped).toEqual([]);
  });

  test("is not even one pixel larger by rounding to even sizes", () => {
    const box = { width: 1920, height: 1080 };
    expect(fitSize({ width: 853, height: 479 }, box, false)).toEqual({
      width: 852,
      height: 478,
    });
  });
});

test("rungs of one bitrate are told apart: the higher one goes up 10 kbit/s", () => {
  const rungs = [RUNG_1080, RUNG_720, RUNG_480].flatMap((rung) =>
    rung ? [{ ...rung, bitrate: 2_000_000, maxBitrate: 2_000_000 }] : [],
  );
  const frameRate = { num: 25, den: 1 };
  const source = { width: 1920, height: 1080 };
  expect(
    shortly(fitLadder({ ...source, frameRate, rungs, allowUpscale: false })),
  ).toEqual([
    "1080p 1920x1080@2020-2020",
    "720p 1280x720@2010-2010",
    "480p 854x480@2000-2000",
  ]);
});
