import { afterAll, beforeAll, expect } from "vitest";
import { WHITE } from "../support/measure.js";
import { describeReader } from "../support/programs.js";
import {
  launchBrowser,
  missingForBrowser,
  type Browser,
} from "./support/browser.js";
import { expectCaptions } from "./support/expect-captions.js";
import { CUES, FILM, languagesFolder } from "./support/languages.js";
import { CLIP, type TestPackage, type TestRung } from "./support/package.js";
import type { Origin } from "./support/origin.js";
import { startServe } from "./support/serve.js";
import { Stage } from "./support/stage.js";
import {
  expectNothingMissing,
  expectWholeRung,
  fetchedBitrates,
  oldTest,
  PAGES,
  rungOf,
  servedTest,
  test as plainTest,
} from "./support/test.js";

const missing = await missingForBrowser();

/** Players of DASH and HLS, and what they ask `mss-pack serve` for. */
const READERS = [
  ["dash", "manifest.mpd"],
  ["shaka5", "manifest.mpd"],
  ["shaka5", "master.m3u8"],
  ["hls", "master.m3u8"],
] as const;

for (const [player, manifest] of READERS)
  describeReader(`${player} in Chromium, of ${manifest},`, missing, () =>
    playerTests(player, manifest),
  );

function playerTests(player: string, manifest: string): void {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser.close());

  const onStage = (test: typeof plainTest) =>
    test.extend<{ stage: Stage }>({
      stage: async ({ origin }, use) => {
        const stage = await Stage.open(
          browser,
          `${origin.pagesUrl}/${player}.html`,
        );
        await use(stage);
        await stage.close();
      },
    });
  const test = onStage(servedTest);

  const PLAYED = [
    ["a package without tfdt", test, CLIP.heights],
    ["a package in the layout of Expression Encoder", onStage(oldTest), [360]],
  ] as const;

  for (const [name, playing, heights] of PLAYED)
    playing.for(heights)(
      `plays the %i-line rung of ${name} from the first picture to the last`,
      async (height, { pack, origin, stage }) => {
        const load = await loadOptions(origin, manifest, pack, height);
        await stage.load({ ...load, bufferSeconds: CLIP.seconds });
        await stage.until("pictureTime === 0");
        await stage.play(FAST);
        await stage.until("ended");
        const state = await stage.state();
        expect(state.videoHeight).toBe(height);
        expect(state.totalVideoFrames).toBe(CLIP.frames);
        await expectGoodEnd(stage);
        expectWholeRung(origin, pack, rungOf(pack, height));
      },
    );

  test("switches between rungs while it plays", async ({
    pack,
    origin,
    stage,
  }) => {
    const low = await loadOptions(origin, manifest, pack, 180);
    const high = await loadOptions(origin, manifest, pack, 360);
    await stage.load({ ...low, bufferSeconds: 2 });
    // The clip shall not be over before a busy machine has changed.
    await stage.play(SLOW);
    await stage.until("currentTime > 0.5");
    await stage.choose(high.rung);
    await stage.until("videoHeight === 360");
    await stage.play(FAST);
    await stage.until("ended");
    expect(fetchedBitrates(origin)).toEqual(
      [180, 360].map((height) => rungOf(pack, height).bitrate),
    );
    await expectGoodEnd(stage);
    expectNothingMissing(origin);
  });

  test("seeks forth and back to the very picture", async ({
    pack,
    origin,
    stage,
  }) => {
    const load = await loadOptions(origin, manifest, pack, 360);
    await stage.load({ ...load, bufferSeconds: 2 });
    // shaka-player goes to the begin of an HLS film once it has the first picture.
    await stage.until("pictureTime === 0");
    for (const [seconds, isWhite] of [
      [9.02, true],
      [2.98, false],
      [6.02, true],
    ] as const) {
      await stage.seek(seconds);
      const shown = Math.floor(seconds * CLIP.frameRate) / CLIP.frameRate;
      await stage.until(
        `!seeking && Math.abs(pictureTime - ${shown}) < 0.001 && brightness > ${WHITE} === ${isWhite}`,
      );
    }
    await stage.play(FAST);
    await stage.until("ended");
    await expectGoodEnd(stage);
    expectNothingMissing(origin);
  });
}

/** Four times as fast, so that a test takes seconds. */
const FAST = 4;
const SLOW = 0.5;

/** DASH tells the peak of a rung, and dash.js is told a rung by it. */
async function loadOptions(
  { url }: Origin,
  manifest: string,
  pack: TestPackage,
  height: number,
): Promise<{ manifestUrl: string; rung: TestRung }> {
  const manifestUrl = `${url}/clip.ism/${manifest}`;
  const rung = rungOf(pack, height);
  if (!manifest.endsWith(".mpd")) return { manifestUrl, rung };
  const text = await (await fetch(manifestUrl)).text();
  const [, peak] =
    new RegExp(`bandwidth="(\\d+)" width="\\d+" height="${height}"`).exec(
      text,
    ) ?? [];
  return { manifestUrl, rung: { ...rung, bitrate: Number(peak) } };
}

async function expectGoodEnd(stage: Stage): Promise<void> {
  const { duration, currentTime, buffered } = await stage.state();
  expect(duration).toBeCloseTo(CLIP.seconds, 1);
  expect(currentTime).toBeCloseTo(CLIP.seconds, 1);
  expect(buffered.at(-1)?.[1]).toBeCloseTo(CLIP.seconds, 1);
  expect(await stage.problems()).toEqual([]);
}

describeReader("languages and captions of DASH and HLS", missing, () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    folder = await languagesFolder();
  });
  afterAll(async () => browser.close());

  plainTest(
    "dash.js shows each caption of the DASH at its time, while the sound changes too",
    async ({ scratch }) => {
      const origin = await startServe(folder, PAGES, scratch);
      const stage = await opened(browser, origin, "dash", "manifest.mpd");
      await stage.read("eng");
      await stage.play(SLOW);
      await stage.until("currentTime > 0.7");
      await stage.hear("fra");
      await stage.until("ended");
      expectCaptions("dash", await stage.readings(), "eng", 0);
      expect(heard(origin).at(-1)).toMatch(/^audio_fra/);
      await expectNoProblem(stage, origin);
    },
  );

  plainTest(
    "hls.js has each caption of the HLS at its time, while the sound changes too",
    async ({ scratch }) => {
      const origin = await startServe(folder, PAGES, scratch);
      const stage = await opened(browser, origin, "hls", "master.m3u8");
      await stage.read("deu");
      await stage.play(1);
      await stage.until("currentTime > 0.7");
      await stage.hear("fra");
      await stage.until("ended");
      // The browser has the text as it stands in the file.
      expect(await stage.cues()).toEqual(
        CUES.map(({ begin, end, deu }) => [
          begin,
          end,
          deu.replace("&", "&amp;"),
        ]),
      );
      expect(heard(origin).at(-1)).toMatch(/^audio_fra/);
      await expectNoProblem(stage, origin);
    },
  );
});

async function opened(
  browser: Browser,
  origin: Origin,
  player: string,
  manifest: string,
): Promise<Stage> {
  const stage = await Stage.open(browser, `${origin.pagesUrl}/${player}.html`);
  await stage.load({
    manifestUrl: `${origin.url}/clip.ism/${manifest}`,
    bufferSeconds: FILM.seconds,
    rung: { path: "", bitrate: 0, width: 160, height: 90 },
  });
  return stage;
}

/** The streams of sound that were asked for. */
function heard({ requests }: Origin): string[] {
  const names = requests.flatMap(({ fragment }) =>
    fragment?.stream.startsWith("audio") ? [fragment.stream] : [],
  );
  return [...new Set(names)];
}

async function expectNoProblem(stage: Stage, origin: Origin): Promise<void> {
  expect(await stage.problems()).toEqual([]);
  expectNothingMissing(origin);
  await stage.close();
  origin.close();
}
