import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { WHITE } from "../support/measure.js";
import { MARK_PICTURES } from "./support/media.js";
import { CLIP } from "./support/package.js";
import { describeReader } from "../support/programs.js";
import {
  missingForGstreamer,
  playWithGstreamer,
  SIDE,
} from "./support/gstreamer.js";
import { expectWholeRung, STREAMED, rungOf } from "./support/test.js";

describeReader("GStreamer", await missingForGstreamer(), () => {
  for (const [name, test, heights] of STREAMED)
    test.for(heights)(
      `plays picture and sound of the %i-line rung of ${name} to the end`,
      async (height, { pack, origin, scratch }) => {
        const rung = rungOf(pack, height);
        const times = await playWithGstreamer(
          origin.manifestUrl,
          rung.bitrate,
          scratch,
        );
        expect(times).toHaveLength(CLIP.frames);
        expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeCloseTo(
          (CLIP.frames - 1) / CLIP.frameRate,
          3,
        );
        // qtdemux has signed composition offsets begin at 0: a picture late with B-frames, two with a pyramid.
        expect(times[0]).toBeLessThanOrEqual(2 / CLIP.frameRate);
        const pixels = await readFile(join(scratch, "picture.gray"));
        expect(whiteOf(pixels)).toEqual(MARK_PICTURES);
        const { size } = await stat(join(scratch, "sound.pcm"));
        expect(size).toBe(CLIP.audioFrames * PCM_FRAME);
        expectWholeRung(origin, pack, rung);
      },
    );
});

/** 1024 samples, two channels, two bytes. */
const PCM_FRAME = 1024 * 2 * 2;

/** Numbers of the white pictures among small grey ones. */
function whiteOf(pixels: Buffer): number[] {
  const size = SIDE * SIDE;
  return Array.from({ length: pixels.length / size }, (_, i) =>
    pixels.subarray(i * size, (i + 1) * size).reduce((a, b) => a + b, 0),
  ).flatMap((sum, i) => (sum / size > WHITE ? [i] : []));
}
