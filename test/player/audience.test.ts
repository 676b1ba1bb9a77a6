import { expect } from "vitest";
import {
  launchBrowser,
  missingForBrowser,
} from "../outside/support/browser.js";
import { reportOf } from "../support/report-of.js";
import { test } from "../support/scratch-folder.js";

const missing = await missingForBrowser();
if (missing.length > 0)
  console.warn(`Skipped: the player page, without ${missing.join(", ")}`);

test.skipIf(missing.length > 0)(
  "the player page, played to the end, is one playback of the whole film",
  async ({ scratch }) => {
    const report = await reportOf(scratch, [], async (url) => {
      const browser = await launchBrowser();
      const page = await browser.newPage();
      await page.goto(`${url}/play/clip`);
      await page.evaluate(`new Promise((ended) => {
        const video = document.querySelector("video");
        video.muted = true;
        video.addEventListener("ended", ended);
        video.addEventListener("canplay", () => video.play());
        video.play().catch(() => undefined); // nothing is loaded yet
      })`);
      await browser.close();
    });
    expect(report.all).toMatchObject({ viewers: 1, playbacks: 1 });
    expect(report.packages).toMatchObject([
      { package: "clip", secondsWatched: 5.12, secondsEstimated: 0 },
    ]);
  },
);
