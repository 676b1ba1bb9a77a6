import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { servedFolder } from "./support/films.js";
import {
  folderUntilEnd,
  serveFolder,
  serveUntilEnd,
} from "./support/origin.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

describePage("what goes wrong", (test) => {
  test("a package that is not there is told by the origin's sentence", async ({
    browser,
    origin,
  }) => {
    const page = await PlayerPage.open(browser, `${origin.url}/play/nothing`);
    await page.until("failure !== ''");
    expect((await page.state()).failure).toBe("There is no such package.");
    await page.close();
  });

  test("an origin that ends while it plays is told, and the film goes on when it is back", async ({
    browser,
  }) => {
    const folder = await servedFolder();
    const first = await serveFolder(folder);
    const page = await PlayerPage.open(browser, `${first.url}/play/film`);
    await page.play(4);
    await page.until("currentTime > 2");
    await page.page.focus("#settings");
    await first.close();
    await page.until("failure.includes('does not answer')");
    await page.until("focus === 'again'");
    const { currentTime } = await page.state();
    expect(currentTime).toBeGreaterThan(2);
    await serveUntilEnd(folder, Number(new URL(first.url).port));
    await page.page.click("#again");
    await page.until("failure === '' && ended");
    await page.close();
  });

  test("a package that is deleted while its page is open is told", async ({
    browser,
  }) => {
    const folder = await folderUntilEnd();
    await cp(join(await servedFolder(), "shelf"), join(folder, "film"), {
      recursive: true,
    });
    const origin = await serveUntilEnd(folder);
    const page = await PlayerPage.open(browser, `${origin.url}/play/film/film`);
    await page.play(4);
    await rm(join(folder, "film"), { recursive: true });
    await page.until("failure.includes('is gone')");
    await page.close();
  });

  test("a browser that does not decode H.264 is told what it lacks", async ({
    browser,
    origin,
  }) => {
    const page = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      setUp: NO_H264,
    });
    await page.until("failure.includes('H.264')");
    await page.close();
  });

  test("a browser without Media Source Extensions is told what it lacks", async ({
    browser,
    origin,
  }) => {
    const page = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      setUp:
        "delete window.MediaSource; delete window.ManagedMediaSource; delete window.WebKitMediaSource;",
    });
    await page.until("failure.includes('Media Source Extensions')");
    await page.close();
  });
});

/** Debian's Chromium has it; Playwright's, which has not, says so in these places. */
const NO_H264 = `{
  const isTypeSupported = MediaSource.isTypeSupported.bind(MediaSource);
  MediaSource.isTypeSupported = (type) => !type.includes("avc1") && isTypeSupported(type);
  const decodingInfo = navigator.mediaCapabilities.decodingInfo.bind(navigator.mediaCapabilities);
  navigator.mediaCapabilities.decodingInfo = async (config) =>
    config.video?.contentType.includes("avc1")
      ? { supported: false, smooth: false, powerEfficient: false }
      : decodingInfo(config);
}`;
