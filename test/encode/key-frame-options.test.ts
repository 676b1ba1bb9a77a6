import { join } from "node:path";
import { expect, test } from "vitest";
import { keyFrameOptions } from "../../src/encode/key-frame-options.js";
import { gridOf, makeGrid } from "../../src/media/fragment-length.js";
import { bundledProgram } from "../../src/ffmpeg/bundled.js";
import { SCENE_CUTS } from "../support/clip.js";
import { keyPictures } from "../support/measure.js";
import { run, tools } from "../support/programs.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

const RATES = [
  { num: 24_000, den: 1001 },
  { num: 25, den: 1 },
  { num: 60_000, den: 1001 },
];

test("key frames that are equally far apart need no list", () => {
  expect(keyFrameOptions(makeGrid({ num: 25, den: 1 }, 2))).toEqual([
    ...["-g", "50", "-keyint_min", "50", "-sc_threshold", "0"],
  ]);
});

test("times of a list mean the same frame to who rounds them and to who takes the next frame", () => {
  for (const rate of RATES) {
    const cuts = Array.from({ length: 500 }, (_, i) => i * (i + 1) * 2);
    const options = keyFrameOptions({ frameRate: rate, gopFrames: 9999, cuts });
    const times = options.at(-1)?.split(",") ?? [];
    const frames = times.map((time) => (Number(time) * rate.num) / rate.den);
    // Between half a frame before each and the frame itself, and not near either.
    frames.slice(1).forEach((frame, i) => {
      const early = (cuts[i + 1] ?? 0) - frame;
      expect(early).toBeGreaterThan(0.1);
      expect(early).toBeLessThan(0.4);
    });
    expect(frames[0]).toBe(0);
  }
});

/** Neighbours, long gaps, and hard cuts of the picture in between. */
const CUTS = [0, 1, 3, 10, 60, 61, 110, 123];

const FILM = { num: 25, den: 1 };

const GRIDS = [
  ...RATES.map((rate) => ({
    what: `of a list at ${rate.num}/${rate.den}`,
    ...{ rate, grid: gridOf(rate, CUTS, 150), found: CUTS },
  })),
  {
    what: "of a plain grid, but where the tail joins",
    rate: FILM,
    grid: { frameRate: FILM, gopFrames: 47, joined: 141 },
    found: [0, 47, 94],
  },
  {
    what: "behind a joint, where a film goes on for longer",
    rate: FILM,
    grid: { frameRate: FILM, gopFrames: 40, joined: 40 },
    found: [0, 80, 120],
  },
];

test.for(GRIDS)(
  "key frames stand at the frames $what, and nowhere else",
  async ({ rate, grid, found: expected }) => {
    const { ffmpeg } = await tools();
    const bundled = await bundledProgram("ffmpeg");
    const programs = [ffmpeg.path, ...(bundled ? [bundled] : [])];
    for (const [i, program] of programs.entries()) {
      const path = join(folder, `${i}.mp4`);
      await run(program, [
        ...["-v", "error", "-y", "-f", "lavfi"],
        ...["-i", `testsrc2=size=160x90:rate=${rate.num}/${rate.den}`],
        ...["-vf", `${SCENE_CUTS},trim=end_frame=150`, "-c:v", "libx264"],
        ...["-pix_fmt", "yuv420p", "-flags", "+cgop", "-bf", "2"],
        ...["-preset", "ultrafast"],
        ...[...keyFrameOptions(grid), path],
      ]);
      expect(await keyPictures(path)).toEqual(expected);
    }
  },
);
