import { join } from "node:path";
import { expect } from "vitest";
import { probeStream, whitePictures } from "../support/measure.js";
import { beepDelays, MARK_PICTURES } from "./support/media.js";
import { CLIP } from "./support/package.js";
import { describeReader } from "../support/programs.js";
import { expectWholeRung, STREAMED, rungOf } from "./support/test.js";
import { missingForVlc, record } from "./support/vlc.js";

describeReader("VLC", await missingForVlc(), () => {
  for (const [name, test, heights] of STREAMED)
    test.for(heights)(
      `plays picture and sound of the %i-line rung of ${name} to the end`,
      async (height, { pack, origin, scratch }) => {
        const rung = rungOf(pack, height);
        const copy = join(scratch, "copy.mp4");
        await record(origin.manifestUrl, height, copy, scratch);
        const video = await probeStream(copy, "v");
        expect(video.height).toBe(height);
        expect(video.frames).toBeGreaterThanOrEqual(CLIP.frames - LOST_AT_END);
        expect(video.durationSeconds).toBeGreaterThan(CLIP.seconds - 0.15);
        expect(video.durationSeconds).toBeLessThan(CLIP.seconds + 0.05);
        const audio = await probeStream(copy, "a");
        expect(audio.durationSeconds).toBeGreaterThan(CLIP.seconds - 0.15);
        expect(await whitePictures(copy)).toEqual(MARK_PICTURES);
        for (const delay of await beepDelays(copy))
          expect(Math.abs(delay)).toBeLessThan(0.01);
        expectWholeRung(origin, pack, rung);
      },
    );
});

/** VLC keeps the last picture to itself when it writes an mp4, whatever it plays. */
const LOST_AT_END = 2;
