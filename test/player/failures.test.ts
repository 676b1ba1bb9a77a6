import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { longFolder, servedFolder } from "./support/films.js";
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
    for (const [path, status, sentence] of [
      ["/play/nothing", 404, "There is no such package."],
      ["/film.ism", 403, "Files are not served whole here"],
      ["/nothing", 404, "There is nothing at this address."],
      ["/nothing.ism/Manifest", 404, "There is no such package."],
      ["/api/packages/%3Cb%3E", 404, "There is no such package."],
      ["/play/%E6", 400, "This address cannot be one of a file."],
    ] as const) {
      const page = await PlayerPage.open(browser, `${origin.url}/`);
      const reply = await page.page.goto(`${origin.url}${path}`);
      expect([path, reply?.status()]).toEqual([path, status]);
      expect(await page.text(".message")).toContain(sentence);
      expect(page.problems).toEqual([]);
      await page.page.click(".message a");
      await page.untilTrue("location.pathname === '/'");
      await page.close();
    }
    const plain = await fetch(`${origin.url}/play/nothing`);
    expect(plain.headers.get("content-type")).toMatch("text/plain");
  });

  test.for([
    [
      "an error",
      `XMLHttpRequest.prototype.setRequestHeader = () => { throw new Error("Not today."); };`,
    ],
    [
      "a promise that fails",
      `XMLHttpRequest.prototype.send = () => { void Promise.reject(new Error("Not today.")); };`,
    ],
  ] as const)(
    "%s that nothing caught leaves no spinner",
    async ([, setUp], { browser, origin }) => {
      const url = `${origin.url}/play/film`;
      const page = await PlayerPage.open(browser, url, { setUp });
      await page.until("failure.includes('Not today.')");
      expect(await page.text("#failure")).toContain("All packages");
      expect(await page.text("#spinner")).toBe("");
      await page.page.click("#again");
      await page.until("failure.includes('Not today.')");
      await page.close();
    },
  );

  test("an error that stops nothing is not told", async ({ film }) => {
    await film.play();
    await film.page.evaluate(
      `setTimeout(() => { throw new Error("Not important."); })`,
    );
    await film.until("currentTime > 3 && failure === ''");
  });

  test("an origin that is away for some seconds is noted, and the film plays on", async ({
    browser,
  }) => {
    const folder = await servedFolder();
    const first = await serveFolder(folder);
    const page = await PlayerPage.open(browser, `${first.url}/play/film`);
    await page.play();
    // Of the sound, too, which dash.js loads behind the picture.
    await page.untilTrue(
      `document.querySelector("video").buffered.end(0) > 14`,
    );
    await first.close();
    await page.untilTrue(
      `document.querySelector("#trouble").innerText.includes("does not answer")`,
    );
    expect((await page.state()).failure).toBe("");
    await serveUntilEnd(folder, Number(new URL(first.url).port));
    await page.untilTrue(`document.querySelector("#trouble").hidden`);
    await page.until("currentTime + buffer > 25");
    expect((await page.state()).failure).toBe("");
    await page.close();
  });

  test("an origin that ends while it plays is told, and the film goes on as it was when it is back", async ({
    browser,
  }) => {
    // It shall not be loaded to its end before that.
    const folder = await longFolder();
    const first = await serveFolder(folder);
    const page = await PlayerPage.open(browser, `${first.url}/play/film`);
    await page.play(4);
    await page.page.check(`#ladder label:has-text("240p") input`);
    await page.openSettings();
    await page.page.selectOption("#audio", { label: "French" });
    await page.press("Escape");
    await page.until("height === 240 && currentTime > 3");
    await page.page.focus("#settings");
    await first.close();
    await page.until("failure.includes('does not answer')");
    await page.until("focus === 'again'");
    const { currentTime } = await page.state();
    expect(currentTime).toBeGreaterThan(2);
    // Still away: from here on everything is loaded anew.
    await page.page.click("#again");
    await page.until("failure === ''");
    await page.until("failure.includes('does not answer')");
    const before = page.requests.length;
    await serveUntilEnd(folder, Number(new URL(first.url).port));
    await page.page.click("#again");
    await page.until(`failure === '' && currentTime > ${currentTime + 3}`);
    const { playbackRate, loading } = await page.state();
    expect({ playbackRate, loading }).toEqual({
      playbackRate: 4,
      loading: expect.stringContaining("240p") as string,
    });
    const asked = page.requests
      .slice(before)
      .flatMap((url) => /\((\d+)\)\/Fragments\(\w+/.exec(url)?.[0] ?? []);
    expect([...new Set(asked)].sort()).toEqual([
      expect.stringMatching(/^\(15\d{5}\)\/Fragments\(video$/),
      expect.stringMatching(/audio_fra$/),
    ]);
    await page.close();
  });

  test("the page of a proxy is no sentence of the origin", async ({
    browser,
    origin,
  }) => {
    const page = await PlayerPage.open(browser, `${origin.url}/`);
    const bad = {
      ...{ status: 502, contentType: "text/html" },
      body: "<html><title>Bad gateway</title></html>",
    };
    await page.page.route("**/film.ism/Manifest", async (route) =>
      route.fulfill(bad),
    );
    await page.page.goto(`${origin.url}/play/film`);
    await page.until("failure.startsWith('The origin answered 502. Its')");
    await page.page.route("**/api/packages/film", async (route) =>
      route.fulfill(bad),
    );
    await page.page.goto(`${origin.url}/play/film`);
    await page.until("failure === 'The origin answered 502.'");
    await page.close();
  });

  test("what dash.js gives up is not shown as downloaded", async ({
    browser,
    origin,
  }) => {
    const page = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      setUp: NO_PAUSES,
    });
    await page.until("buffer > 8");
    await page.page.route("**/Fragments(video=*", async (route) =>
      route.abort(),
    );
    await page.page.evaluate(
      `document.querySelector("video").currentTime = 38`,
    );
    // Nothing is a number, too.
    await page.until("buffer === 0 && failure.includes('does not answer')");
    const [last = ""] = page.requests.slice(-1);
    await expect
      .poll(() => page.requests.filter((url) => url === last).length, {
        timeout: 60_000,
      })
      .toBeGreaterThan(120);
    await page.page.focus("#timeline");
    for (const key of ["End", "ArrowDown", "ArrowDown"]) {
      await page.press(key);
      expect(await page.text("#timeline-readout")).toContain("not downloaded");
    }
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
    await page.play();
    await rm(join(folder, "film"), { recursive: true });
    await page.setRate(4);
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

/** What is asked for again after a second is asked for at once. */
const NO_PAUSES = `{
  const later = window.setTimeout.bind(window);
  window.setTimeout = (act, ms, ...rest) => later(act, ms === 1000 ? 0 : ms, ...rest);
}`;

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
