import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { convert, mux } from "../../src/index.js";
import { madeOnce } from "../support/made-once.js";
import { WHITE } from "../support/measure.js";
import { describeReader } from "../support/programs.js";
import {
  launchBrowser,
  missingForBrowser,
  type Browser,
} from "./support/browser.js";
import { expectCaptions } from "./support/expect-captions.js";
import { CUES, FILM, languagesFolder } from "./support/languages.js";
import { CLIP, testPackage, type TestRung } from "./support/package.js";
import { Stage } from "./support/stage.js";
import { startStatic, type StaticServer } from "./support/static.js";
import { PAGES, test } from "./support/test.js";

const missing = await missingForBrowser();

/** A folder with a clip.mpd and a clip.m3u8. */
const SETS = {
  "convert --to cmaf": async () => {
    const { folder } = await testPackage();
    return madeOnce("outside-encoded-cmaf", async (_, output) => {
      await convert(join(folder, "clip.ism"), { output, to: "cmaf" });
    });
  },
  "mux --formats": async () => {
    const { folder } = await testPackage();
    return madeOnce("outside-formats", async (_, output) => {
      const formats = ["smooth", "dash", "hls"] as const;
      await mux([join(folder, "clip.ism")], { output, formats });
    });
  },
};

const PLAYED = [
  ["mux --formats", "dash", "clip.mpd"],
  ["mux --formats", "shaka5", "clip.mpd"],
  ["mux --formats", "shaka5", "clip.m3u8"],
  ["mux --formats", "hls", "clip.m3u8"],
  ["convert --to cmaf", "dash", "clip.mpd"],
  ["convert --to cmaf", "hls", "clip.m3u8"],
] as const;

describeReader("a plain web server, in Chromium,", missing, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser.close());

  test.for(PLAYED)(
    "of %s: %s plays every rung of %s, seeks to the very picture, and ends",
    async ([set, player, manifest]) => {
      const folder = await SETS[set]();
      const server = await startStatic(folder, PAGES);
      const stage = await Stage.open(browser, `${server.url}/${player}.html`);
      const rungs = rungsIn(join(folder, "clip.mpd"));
      expect(rungs.map(({ height }) => height)).toEqual(CLIP.heights);
      const [high, middle, low] = rungs as [TestRung, TestRung, TestRung];
      const manifestUrl = `${server.url}/media/${manifest}`;
      await stage.load({ manifestUrl, rung: low, bufferSeconds: 2 });
      await stage.until("pictureTime === 0");
      await stage.choose(middle);
      await stage.play(FAST);
      await stage.until("videoHeight === 240");
      await stage.choose(high);
      await stage.until("videoHeight === 360");
      await stage.seek(9.02);
      await stage.until(
        `!seeking && Math.abs(pictureTime - 9) < 0.001 && brightness > ${WHITE}`,
      );
      await stage.play(FAST);
      await stage.until("ended");
      const { duration, currentTime } = await stage.state();
      expect(duration).toBeCloseTo(CLIP.seconds, 1);
      expect(currentTime).toBeCloseTo(CLIP.seconds, 1);
      expect(await stage.problems()).toEqual([]);
      expectPartsOfFour(server);
      await stage.close();
      server.close();
    },
  );
});

describeReader("captions of convert --to cmaf, in Chromium,", missing, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser.close());

  test("dash.js shows each caption of the DASH at its time", async () => {
    const folder = await convertedLanguages();
    const server = await startStatic(folder, PAGES);
    const stage = await Stage.open(browser, `${server.url}/dash.html`);
    const rung = { path: "", bitrate: 0, width: 160, height: 90 };
    const manifestUrl = `${server.url}/media/clip.mpd`;
    await stage.load({ manifestUrl, rung, bufferSeconds: FILM.seconds });
    await stage.read("eng");
    await stage.play(0.5);
    await stage.until("ended");
    expectCaptions("dash", await stage.readings(), "eng", 0);
    expect(await stage.problems()).toEqual([]);
    const text = server.requests.filter(({ file }) => /text/.test(file));
    expect(new Set(text.map(({ file }) => file))).toEqual(
      new Set(["clip_text_eng.mp4"]),
    );
    await stage.close();
    server.close();
  });

  test("hls.js has each caption of the HLS at its time", async () => {
    const folder = await convertedLanguages();
    const server = await startStatic(folder, PAGES);
    const stage = await Stage.open(browser, `${server.url}/hls.html`);
    const rung = { path: "", bitrate: 0, width: 160, height: 90 };
    const manifestUrl = `${server.url}/media/clip.m3u8`;
    await stage.load({ manifestUrl, rung, bufferSeconds: FILM.seconds });
    await stage.read("deu");
    await stage.play(1);
    await stage.until("ended");
    expect(await stage.cues()).toEqual(
      CUES.map(({ begin, end, deu }) => [
        begin,
        end,
        deu.replace("&", "&amp;"),
      ]),
    );
    expect(await stage.problems()).toEqual([]);
    await stage.close();
    server.close();
  });
});

async function convertedLanguages(): Promise<string> {
  const folder = await languagesFolder();
  return madeOnce("outside-languages-cmaf", async (_, output) => {
    await convert(join(folder, "clip.ism"), { output, to: "cmaf" });
  });
}

const FAST = 2;

/** The rungs as the MPD tells them: dash.js is told one by its peak. */
function rungsIn(mpd: string): TestRung[] {
  const tags = readFileSync(mpd, "utf8").matchAll(
    /bandwidth="(\d+)" width="(\d+)" height="(\d+)"/g,
  );
  return [...tags].map(([, bitrate, width, height]) => ({
    ...{ path: "", bitrate: Number(bitrate) },
    ...{ width: Number(width), height: Number(height) },
  }));
}

/** Three pictures and a sound, all as parts, none in vain. */
function expectPartsOfFour({ requests }: StaticServer): void {
  expect(requests.filter(({ status }) => status >= 400)).toEqual([]);
  const parts = requests.filter(({ file }) => !/\.(?:mpd|m3u8)$/.test(file));
  expect(parts.filter(({ status }) => status !== 206)).toEqual([]);
  expect(new Set(parts.map(({ file }) => file)).size).toBe(4);
}
