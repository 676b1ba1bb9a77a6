import { describe, expect, test } from "vitest";
import { fitLadder } from "../../src/plan/ladder.js";
import {
  limitLadder,
  type LadderLimits,
} from "../../src/plan/ladder-limits.js";
import { applySettings } from "../../src/plan/settings.js";
import { LADDER } from "../support/sources.js";

/** Rungs of 1080, 720 and 480 lines, with 5000, 2800 and 1300 kbit/s, within bounds. */
function limited(limits: LadderLimits, width = 1920, height = 1080) {
  const frameRate = { num: 25, den: 1 };
  const picture = { width, height, frameRate, allowUpscale: false };
  const ladder = fitLadder({ ...picture, rungs: LADDER.rungs });
  const { rungs, skipped, notes } = limitLadder(ladder, limits, picture);
  return {
    rungs: rungs.map(
      ({ preset: { name }, width, height, bitrate, maxBitrate }) =>
        `${name} ${width}x${height}@${bitrate / 1000}-${maxBitrate / 1000}`,
    ),
    ...{ skipped, notes },
  };
}

const WHOLE = [
  "1080p 1920x1080@5000-7500",
  "720p 1280x720@2800-4200",
  "480p 854x480@1300-1950",
];

describe("--max-bitrate", () => {
  test("lowers what is above it, with its peak", () => {
    expect(limited({ maxBitrate: "4000k" })).toEqual({
      rungs: ["1080p 1920x1080@4000-6000", ...WHOLE.slice(1)],
      ...{ skipped: [], notes: [] },
    });
  });

  test("leaves out smaller pictures that would be too near", () => {
    expect(limited({ maxBitrate: 3_000_000 })).toEqual({
      rungs: ["1080p 1920x1080@3000-4500", "480p 854x480@1300-1950"],
      skipped: [
        {
          name: "720p",
          reason: "at --max-bitrate 3000k it would be too near 1080p",
        },
      ],
      notes: [],
    });
  });

  test("leaves out pictures for which it is far too little, but never all", () => {
    expect(limited({ maxBitrate: "1000k" })).toMatchObject({
      rungs: ["720p 1280x720@1000-1500"],
      skipped: [
        {
          name: "1080p",
          reason: "at --max-bitrate 1000k a smaller picture looks better",
        },
        {
          name: "480p",
          reason: "at --max-bitrate 1000k it would be too near 720p",
        },
      ],
    });
    expect(limited({ maxBitrate: "200k" }).rungs).toEqual([
      "480p 854x480@200-300",
    ]);
  });

  test("changes nothing that is below it", () => {
    expect(limited({ maxBitrate: "5000k" }).rungs).toEqual(WHOLE);
  });
});

describe("--rung-count", () => {
  test("keeps the highest, the lowest and those most evenly between", () => {
    expect(limited({ rungCount: 2 })).toMatchObject({
      rungs: [WHOLE[0], WHOLE[2]],
      skipped: [
        {
          name: "720p",
          reason:
            "--rung-count 2 leaves it out: the others are more evenly apart",
        },
      ],
    });
    const rungs = ["6000k", "5000k", "2500k", "1200k", "1000k"].map(
      (rate, i) => `${1080 - 180 * i}p:${rate}`,
    );
    const frameRate = { num: 25, den: 1 };
    const picture = { width: 1920, height: 1080, frameRate };
    const input = { ...picture, allowUpscale: false };
    const preset = applySettings(LADDER, { rungs });
    const ladder = fitLadder({ ...input, rungs: preset.rungs });
    const thin = (rungCount: number) =>
      limitLadder(ladder, { rungCount }, input).rungs.map(
        ({ bitrate }) => bitrate / 1000,
      );
    expect(thin(3)).toEqual([6000, 2500, 1000]);
    expect(thin(4)).toEqual([6000, 2500, 1200, 1000]);
    expect(thin(5)).toEqual([6000, 5000, 2500, 1200, 1000]);
  });

  test("adds standard sizes in the widest gaps, with the rates between", () => {
    const added = [
      "600p 1066x600@1980-2970",
      "900p 1600x900@3850-5780",
      "540p 960x540@1620-2430",
    ];
    const [first, second, third] = added;
    const [top, middle, low] = WHOLE;
    expect(limited({ rungCount: 4 }).rungs).toEqual([top, middle, first, low]);
    expect(limited({ rungCount: 5 }).rungs).toEqual([
      ...[top, second, middle, first, low],
    ]);
    expect(limited({ rungCount: 6 })).toEqual({
      rungs: [top, second, middle, first, third, low],
      ...{ skipped: [], notes: [] },
    });
  });

  test("says where no further size fits", () => {
    const { rungs, notes } = limited({ rungCount: 3 }, 640, 360);
    expect(rungs).toHaveLength(1);
    expect(notes.at(-1)).toBe(
      "--rung-count 3: no further standard size fits between the highest and the lowest: 1 rung",
    );
  });

  test("counts what the bitrate has left", () => {
    const bounds = { maxBitrate: "3000k", rungCount: 3 };
    const { rungs, skipped } = limited(bounds);
    expect(skipped).toEqual([]);
    expect(rungs).toHaveLength(3);
    expect(rungs[0]).toBe("1080p 1920x1080@3000-4500");
    expect(rungs[2]).toBe(WHOLE[2]);
  });
});

test.each([
  [
    { rungCount: 1 },
    '--rung-count is "1". Expected a whole number from 2 to 6.',
  ],
  [
    { rungCount: 7 },
    '--rung-count is "7". Expected a whole number from 2 to 6.',
  ],
  [{ rungCount: 2.5 }, '--rung-count is "2.5". Expected a whole number from'],
  [{ rungCount: NaN }, '--rung-count is "NaN". Expected a whole number from'],
  [
    { maxBitrate: "much" },
    '--max-bitrate is "much". Expected 100k to 100000k, such as 3000k.',
  ],
  [{ maxBitrate: "50k" }, '--max-bitrate is "50k". Expected 100k'],
  [{ maxBitrate: "3000" }, '--max-bitrate is "3000". Expected'],
])("%j is refused", (limits, message) => {
  expect(() => applySettings(LADDER, limits)).toThrow(message);
});
