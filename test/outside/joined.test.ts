import { afterAll, beforeAll, expect } from "vitest";
import { describeReader } from "../support/programs.js";
import {
  launchBrowser,
  missingForBrowser,
  type Browser,
} from "./support/browser.js";
import {
  CLIP,
  joinedPackage,
  KEY,
  KID,
  type TestPackage,
} from "./support/package.js";
import { Stage } from "./support/stage.js";
import { expectWholeRung, rungOf, test as base } from "./support/test.js";

const missing = await missingForBrowser();

const test = base.extend<{ readonly pack: TestPackage }>({
  pack: async ({}, use) => use(await joinedPackage()),
});

describeReader(
  "several protected tracks in a file: dash in Chromium",
  missing,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(async () => browser.close());

    test("play as Microsoft laid them out, without tfxd and tfdt, to the last picture", async ({
      pack,
      origin,
    }) => {
      const stage = await Stage.open(
        browser,
        `${origin.url}/dash.html#${KID}:${KEY}`,
      );
      const rung = rungOf(pack, 360);
      const { manifestUrl } = origin;
      await stage.load({ manifestUrl, rung, bufferSeconds: CLIP.seconds });
      await stage.until("pictureTime === 0");
      await stage.play(4);
      await stage.until("ended");
      const { totalVideoFrames } = await stage.state();
      expect(totalVideoFrames).toBe(CLIP.frames);
      expect(await stage.problems()).toEqual([]);
      expectWholeRung(origin, pack, rung);
      await stage.close();
    });
  },
);
