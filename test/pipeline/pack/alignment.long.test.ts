import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pack } from "../../../src/index.js";
import { makeClip, SCENE_CUTS } from "../../support/clip.js";
import { fragmentLengths } from "../../support/copies.js";
import { tools } from "../../support/programs.js";
import { tempFolder } from "../../support/temp.js";
import { videoStream } from "../../../src/plan/encode-plan.js";

const folder = tempFolder();

/** 5.2 s of each rate: two whole fragments and a tail; the boundaries are exact fractions, worked out by hand. */
const RATES = [
  { rate: "24000/1001", gop: 48, cuts: [0, 20_020_000, 40_040_000] },
  { rate: "24", gop: 48, cuts: [0, 20_000_000, 40_000_000] },
  { rate: "25", gop: 50, cuts: [0, 20_000_000, 40_000_000] },
  { rate: "30000/1001", gop: 60, cuts: [0, 20_020_000, 40_040_000] },
  { rate: "30", gop: 60, cuts: [0, 20_000_000, 40_000_000] },
  { rate: "50", gop: 100, cuts: [0, 20_000_000, 40_000_000] },
  { rate: "60000/1001", gop: 120, cuts: [0, 20_020_000, 40_040_000] },
  { rate: "60", gop: 120, cuts: [0, 20_000_000, 40_000_000] },
] as const;

const SMALL_LADDER = ["160x90:120k", "96x54:60k", "64x36:30k"];

describe("fragments begin at the same tick in every rung, whatever the picture does", () => {
  test.concurrent.each(RATES)(
    "at $rate frames a second",
    async ({ rate, gop, cuts }) => {
      const name = rate.replace("/", "-");
      const clip = await makeClip(join(folder, `${name}.mp4`), {
        size: "160x90",
        rate,
        seconds: 5.2,
        filters: SCENE_CUTS,
      });
      const result = await pack(clip, {
        output: join(folder, `out-${name}`),
        rungs: SMALL_LADDER,
        encoderPreset: "ultrafast",
        verify: "full",
        tools: await tools(),
      });
      expect(videoStream(result.plan)?.grid.gopFrames).toBe(gop);
      expect(result.report.findings).toEqual([]);
      expect(result.report.tracks.map(({ fragments }) => fragments)).toEqual([
        3, 3, 3, 3,
      ]);
      expect(cutTimesIn(result.manifest, "video")).toEqual(cuts);
      // Every track ends at the picture's last tick.
      const ends = result.report.tracks.map(({ end }) => end);
      expect(new Set(ends).size).toBe(1);
    },
  );
});

/** Begin of each fragment of a stream, as a client works them out. */
function cutTimesIn(manifest: string, type: string): number[] {
  let time = 0;
  return (fragmentLengths(manifest)[type] ?? []).map((length) => {
    const start = time;
    time += length;
    return start;
  });
}
