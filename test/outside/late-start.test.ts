import { cpSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve, type ServeHandle } from "../../src/index.js";
import { remake } from "../foreign/film-file.js";
import { madeOnce } from "../support/made-once.js";
import { beepTimes, decode, WHITE } from "../support/measure.js";
import { replaceText } from "../support/patch.js";
import { describeReader } from "../support/programs.js";
import {
  launchBrowser,
  missingForBrowser,
  type Browser,
} from "./support/browser.js";
import { MARK_TIMES } from "./support/media.js";
import { startOrigin, type Origin } from "./support/origin.js";
import { CLIP, testPackage } from "./support/package.js";
import { Stage } from "./support/stage.js";
import { PAGES, rungOf } from "./support/test.js";

const LATE = ["video", "audio"] as const;

/** The muxed package without the first fragment of its picture, or of its sound. */
async function lateFolder(late: (typeof LATE)[number]): Promise<string> {
  const { folder, rungs, audio } = await testPackage("muxed");
  return madeOnce(`outside-late-${late}`, (_, made) => {
    cpSync(folder, made, { recursive: true });
    const files = late === "video" ? rungs.map(({ path }) => path) : [audio];
    for (const file of files)
      remake(join(made, basename(file)), ({ fragments, ...film }) => ({
        ...film,
        fragments: fragments.slice(1),
      }));
    replaceText(
      join(made, "clip.ismc"),
      new RegExp(
        `Chunks="(\\d+)"([^>]*Fragments\\(${late}=[^]*?)<c d="(\\d+)" ?/>\\s*<c `,
      ),
      `Chunks="5"$2<c t="$3" `,
    );
    return Promise.resolve();
  });
}

describe.each(LATE)("a title whose %s begins late", (late) => {
  let origin: ServeHandle;

  beforeAll(async () => {
    origin = await serve(await lateFolder(late), {
      ...{ port: 0, accessLog: false },
    });
  });
  afterAll(async () => origin.close());

  test.for(["manifest.mpd", "master.m3u8"])(
    "is read by ffmpeg with its defaults from %s, every white picture and beep at its time",
    async (manifest) => {
      const url = `${origin.url}/clip.ism/${manifest}`;
      // A picture that is held counts as often as it is shown.
      const lumas = await decode(url, [
        ...["-map", "0:v:0", "-vf", "scale=1:1:flags=area,format=gray"],
        ...["-r", String(CLIP.frameRate), "-f", "rawvideo"],
      ]);
      const white = [...lumas].flatMap((luma, i) =>
        luma > WHITE && i > CLIP.frameRate ? [i / CLIP.frameRate] : [],
      );
      const beeps = (await beepTimes(url)).filter((time) => time > 1);
      for (const [i, time] of MARK_TIMES.slice(1).entries()) {
        // ffmpeg shows pictures late whose order is another than that of decoding.
        expect(Math.abs((white[i] ?? NaN) - time)).toBeLessThan(0.1);
        expect(Math.abs((beeps[i] ?? NaN) - time)).toBeLessThan(0.05);
      }
    },
  );
});

const POLL = { timeout: 60_000 };

const missing = await missingForBrowser();

describeReader("a title that begins unevenly, in Chromium,", missing, () => {
  let browser: Browser;
  let pages: Origin;

  beforeAll(async () => {
    browser = await launchBrowser();
    pages = await startOrigin(await lateFolder("video"), PAGES);
  });
  afterAll(async () => {
    pages.close();
    await browser.close();
  });

  const READERS = [
    ["hls", "master.m3u8"],
    ["dash", "manifest.mpd"],
    ["shaka5", "master.m3u8"],
  ] as const;

  test.for(
    LATE.flatMap((late) => READERS.map((reader) => [late, ...reader] as const)),
  )(
    "its late %s: %s plays all of %s, every picture at its time",
    async ([late, player, manifest]) => {
      const origin = await serve(await lateFolder(late), {
        port: 0,
        accessLog: false,
      });
      const stage = await Stage.open(browser, `${pages.url}/${player}.html`);
      const rung = rungOf(await testPackage("muxed"), 360);
      await stage.load({
        manifestUrl: `${origin.url}/clip.ism/${manifest}`,
        ...{ rung, bufferSeconds: CLIP.seconds },
      });
      await stage.until("pictureTime === 0");
      // What both have, picture and sound.
      await expect
        .poll(async () => (await stage.state()).buffered[0]?.[0] ?? NaN, POLL)
        .toBeLessThan(0.05);
      for (const [seconds, isWhite] of [
        [3.02, true],
        [2.98, false],
        [9.02, true],
      ] as const) {
        await stage.seek(seconds);
        await stage.until(
          `!seeking && currentTime > ${seconds - 0.02} && brightness > ${WHITE} === ${isWhite}`,
        );
      }
      await stage.play(4);
      await stage.until("ended");
      const { duration, currentTime } = await stage.state();
      expect(duration).toBeCloseTo(CLIP.seconds, 1);
      expect(currentTime).toBeCloseTo(CLIP.seconds, 1);
      // A busy machine stalls at four times the speed, and hls.js tells it.
      const problems = (await stage.problems()).filter(
        (one) => !one.includes("bufferStalledError"),
      );
      expect(problems).toEqual([]);
      await stage.close();
      await origin.close();
    },
  );
});
