import { describe, expect } from "vitest";
import { probeStream, whitePictures } from "../support/measure.js";
import {
  decodeComplaints,
  laterBeeps,
  MARK_PICTURES,
  MARK_TIMES,
} from "./support/media.js";
import { CLIP } from "./support/package.js";
import { PLAYED, rungOf } from "./support/test.js";

describe.for(PLAYED)("ffmpeg, of %s,", ([, test, heights]) => {
  test.for(heights)(
    "decodes every picture of the %i-line file without a word",
    async (height, { pack }) => {
      const { path } = rungOf(pack, height);
      const stream = await probeStream(path, "v");
      expect(stream).toMatchObject({ height, frames: CLIP.frames });
      expect(stream.durationSeconds).toBeCloseTo(CLIP.seconds, 3);
      expect(await decodeComplaints(path)).toBe("");
    },
  );

  test("decodes all of the sound file without a word", async ({ pack }) => {
    const stream = await probeStream(pack.audio, "a");
    expect(stream).toMatchObject({ startSeconds: 0, frames: CLIP.audioFrames });
    expect(stream.durationSeconds).toBeCloseTo(CLIP.seconds, 3);
    expect(await decodeComplaints(pack.audio)).toBe("");
  });

  test.for(heights)(
    "finds the white pictures of the clip at their places in the %i-line file",
    async (height, { pack }) => {
      const white = await whitePictures(rungOf(pack, height).path);
      expect(white).toEqual(MARK_PICTURES);
    },
  );

  test("finds the beeps of the clip at their times in the sound file", async ({
    pack,
  }) => {
    const beeps = await laterBeeps(pack.audio);
    expect(beeps).toHaveLength(MARK_TIMES.length - 1);
    beeps.forEach((time, i) => {
      expect(Math.abs(time - (MARK_TIMES[i + 1] ?? NaN))).toBeLessThan(0.003);
    });
  });
});
