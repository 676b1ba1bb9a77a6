import { join } from "node:path";
import { expect } from "vitest";
import { probeStream, whitePictures } from "../support/measure.js";
import {
  beepDelays,
  decodeComplaints,
  MARK_PICTURES,
} from "./support/media.js";
import { CLIP } from "./support/package.js";
import { describeReader } from "../support/programs.js";
import {
  expectNothingMissing,
  expectWholeRung,
  fetchedBitrates,
  rungOf,
  servedTest,
  test,
} from "./support/test.js";
import { download, missingForYtDlp } from "./support/yt-dlp.js";

describeReader("yt-dlp", await missingForYtDlp(), () => {
  test.for(CLIP.heights)(
    "downloads the %i-line rung whole",
    async (height, { pack, origin, scratch }) => {
      const file = join(scratch, "picture.ismv");
      await download(origin.manifestUrl, `bv[height=${height}]`, file);
      const video = await probeStream(file, "v");
      expect(video).toMatchObject({ height, frames: CLIP.frames });
      expect(video.durationSeconds).toBeCloseTo(CLIP.seconds, 2);
      expect(await whitePictures(file)).toEqual(MARK_PICTURES);
      expect(await decodeComplaints(file)).toBe("");
      expectNothingMissing(origin);
      expect(fetchedBitrates(origin)).toEqual([rungOf(pack, height).bitrate]);
    },
  );

  test("downloads the sound whole", async ({ origin, scratch }) => {
    const file = join(scratch, "sound.isma");
    await download(origin.manifestUrl, "ba", file);
    const audio = await probeStream(file, "a");
    expect(audio).toMatchObject({ frames: CLIP.audioFrames });
    expect(audio.durationSeconds).toBeCloseTo(CLIP.seconds, 2);
    expectNothingMissing(origin);
  });

  test("joins the best picture and the sound in time", async ({
    pack,
    origin,
    scratch,
  }) => {
    const file = join(scratch, "both.mp4");
    await download(origin.manifestUrl, "bv+ba", file);
    expect(await whitePictures(file)).toEqual(MARK_PICTURES);
    for (const delay of await beepDelays(file))
      expect(Math.abs(delay)).toBeLessThan(0.01);
    expectWholeRung(origin, pack, rungOf(pack, CLIP.heights[0]));
  });

  servedTest(
    "downloads from mss-pack serve",
    async ({ pack, origin, scratch }) => {
      const file = join(scratch, "served.mp4");
      await download(origin.manifestUrl, "bv+ba", file);
      expect(await whitePictures(file)).toEqual(MARK_PICTURES);
      expectWholeRung(origin, pack, rungOf(pack, CLIP.heights[0]));
    },
  );
});
