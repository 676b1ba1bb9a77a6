import { afterAll, beforeAll, expect } from "vitest";
import {
  bundleRxPlayer,
  launchBrowser,
  missingForBrowser,
  type Browser,
} from "./support/browser.js";
import { WHITE } from "../support/measure.js";
import { CLIP, type TestRung } from "./support/package.js";
import { describeReader } from "../support/programs.js";
import { Stage } from "./support/stage.js";
import {
  expectNothingMissing,
  expectWholeRung,
  fetchedBitrates,
  STREAMED,
  rungOf,
  test as base,
} from "./support/test.js";

const missing = await missingForBrowser();

for (const player of ["dash", "shaka", "rx"]) {
  describeReader(`${player} in Chromium`, missing, () => playerTests(player));
}

function playerTests(player: string): void {
  let browser: Browser;

  beforeAll(async () => {
    if (player === "rx") await bundleRxPlayer();
    browser = await launchBrowser();
  });
  afterAll(async () => browser.close());

  const onStage = (test: typeof base) =>
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
  const test = onStage(base);

  for (const [name, playing, heights] of STREAMED)
    onStage(playing).for(heights)(
      `plays the %i-line rung of ${name} from the first picture to the last`,
      async (height, { pack, origin, stage }) => {
        const { manifestUrl } = origin;
        const rung = rungOf(pack, height);
        await stage.load({ manifestUrl, rung, bufferSeconds: CLIP.seconds });
        await stage.until("pictureTime === 0");
        await stage.play(FAST);
        await stage.until("ended");
        const state = await stage.state();
        expect(state.videoHeight).toBe(height);
        expect(state.totalVideoFrames).toBe(CLIP.frames);
        await expectGoodEnd(stage);
        expectWholeRung(origin, pack, rung);
      },
    );

  test("switches between rungs while it plays", async ({
    pack,
    origin,
    stage,
  }) => {
    const { manifestUrl } = origin;
    const [high, middle, low] = [360, 240, 180].map((height) =>
      rungOf(pack, height),
    ) as [TestRung, TestRung, TestRung];
    await stage.load({ manifestUrl, rung: low, bufferSeconds: 2 });
    // The clip shall not be over before a busy machine has changed twice.
    await stage.play(SLOW);
    await stage.until("currentTime > 0.5");
    await stage.choose(high);
    await stage.until(`videoHeight === ${high.height}`);
    await stage.choose(middle);
    await stage.until(`videoHeight === ${middle.height}`);
    await stage.play(FAST);
    await stage.until("ended");
    const { totalVideoFrames } = await stage.state();
    expect(totalVideoFrames).toBe(CLIP.frames);
    expect(fetchedBitrates(origin)).toEqual(
      [low, high, middle].map(({ bitrate }) => bitrate),
    );
    await expectGoodEnd(stage);
    expectNothingMissing(origin);
  });

  test("seeks forth and back to the very picture", async ({
    pack,
    origin,
    stage,
  }) => {
    const { manifestUrl } = origin;
    const rung = rungOf(pack, 360);
    await stage.load({ manifestUrl, rung, bufferSeconds: 2 });
    // White pictures, inside a fragment and at its start, and one that is not.
    for (const [seconds, isWhite] of [
      [9.02, true],
      [3.02, true],
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

async function expectGoodEnd(stage: Stage): Promise<void> {
  const { duration, currentTime, buffered } = await stage.state();
  expect(duration).toBeCloseTo(CLIP.seconds, 3);
  expect(currentTime).toBeCloseTo(CLIP.seconds, 3);
  // What is buffered ends with the clip, picture and sound alike.
  expect(buffered.at(-1)?.[1]).toBeCloseTo(CLIP.seconds, 3);
  expect(await stage.problems()).toEqual([]);
}
