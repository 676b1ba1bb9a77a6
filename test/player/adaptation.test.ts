import { expect } from "vitest";
import { BATTERY, COUNTING_HUNGER, dropping } from "./support/device.js";
import {
  defaultLadderFolder,
  FILM,
  longFolder,
  twinsFolder,
} from "./support/films.js";
import { serveUntilEnd } from "./support/origin.js";
import { slowableBrowser } from "./support/pressure.js";
import { PlayerPage, type PageState } from "./support/player-page.js";
import { describePageOf } from "./support/test.js";

const [TOP, MIDDLE, LOWEST] = [360, 240, 180];

const DROPPING = dropping(TOP);

// The rules need time, and a slow machine more of it: none of these films ends meanwhile.
describePageOf(longFolder, "the adaptation", (test) => {
  test("a rung that the viewer chooses is on the screen soon, up and down, and stays", async ({
    film,
  }) => {
    await film.play();
    await film.until(`height === ${TOP}`);
    for (const height of [LOWEST, TOP, MIDDLE]) {
      const before = await film.until("buffer > 10");
      await film.page.check(`#ladder label:has-text("${height}p") input`);
      const { currentTime } = await film.until(`height === ${height}`);
      // Not when all that was buffered has been played.
      expect(currentTime).toBeLessThan(endOfBuffer(before));
    }
    // Fragments enough for the rules to have changed it, were it theirs.
    await film.until("buffer > 11");
    expect((await film.state()).loading).toContain(`${MIDDLE}p`);
    expect(film.problems).toEqual([]);
  });

  test("a rung that is chosen when the whole rest is loaded is on the screen too, once", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    await film.page.check(`#ladder label:has-text("${LOWEST}p") input`);
    // As slowly as rules and decoder may be.
    await film.play(0.25);
    await film.page.evaluate(
      `document.querySelector("video").currentTime = ${FILM.longSeconds - 11}`,
    );
    await film.until(
      `height === ${LOWEST} && currentTime > duration - 11 && currentTime + buffer > duration - 0.5`,
    );
    await film.page.check(`#ladder label:has-text("${TOP}p") input`);
    const { ended } = await film.until(
      `height === ${TOP} && currentTime + buffer > duration - 0.5`,
    );
    expect(ended).toBe(false);
    const loaded = film.requests.length;
    await film.page.check(`#ladder label:has-text("Automatic") input`);
    await film.page.check(`#ladder label:has-text("${TOP}p") input`);
    await film.setRate(4);
    await film.until("ended");
    expect(film.requests.slice(loaded)).toEqual([]);
  });

  test("a line of 800 kbit/s brings it to the lowest rung, and back when it ends, without a stall", async ({
    browser,
    origin,
  }) => {
    const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      setUp: COUNTING_HUNGER,
    });
    await film.play();
    await film.until(`height === ${TOP} && buffer > 15`);
    await film.page.check(`#throttle label:has-text("800 kbit/s") input`);
    await film.until(`loading.startsWith("${LOWEST}p")`);
    await film.until(`height === ${LOWEST}`);
    await film.page.check(`#throttle label:has-text("Off") input`);
    await film.until(`loading.startsWith("${TOP}p")`);
    const { failure, paused } = await film.until(`height === ${TOP}`);
    expect({ failure, paused }).toEqual({ failure: "", paused: false });
    expect(await film.page.evaluate("hungry")).toBe(0);
    await film.close();
  });

  test("a line that carries no rung of the default ladder brings it to the lowest, at once when that is chosen", async ({
    browser,
  }) => {
    const { url } = await serveUntilEnd(await defaultLadderFolder());
    const film = await PlayerPage.open(browser, `${url}/play/film`);
    await film.play();
    await film.until(`height === ${TOP} && buffer > 15`);
    await film.page.check(`#throttle label:has-text("800 kbit/s") input`);
    const before = await film.until(`loading.startsWith("${LOWEST}p")`);
    expect(before.height).toBe(TOP);
    expect(before.buffer).toBeGreaterThan(5);
    // It is being loaded already, but behind what is buffered of the highest.
    await film.page.check(`#ladder label:has-text("${LOWEST}p") input`);
    const { currentTime } = await film.until(`height === ${LOWEST}`);
    expect(currentTime).toBeLessThan(endOfBuffer(before));
    await film.page.check(`#throttle label:has-text("Off") input`);
    await film.page.check(`#ladder label:has-text("Automatic") input`);
    // What was dropped when the buffer was replaced does not speak against the device.
    await film.until(`height === ${TOP}`);
    await film.close();
  });

  test("a device that has not the time for each frame gets smaller pictures", async ({
    origin,
  }) => {
    const { browser, slowDown } = await slowableBrowser();
    const url = `${origin.url}/play/film`;
    const film = await PlayerPage.open(browser, url, { device: "" });
    await film.play();
    await film.until(`height === ${TOP}`);
    await slowDown();
    await film.until(`height < ${TOP}`);
    expect(await film.text("#switches")).toContain("this device drops frames");
  });

  test("frames that the device drops bring it down at once", async ({
    browser,
    origin,
  }) => {
    const url = `${origin.url}/play/film`;
    const film = await PlayerPage.open(browser, url, { device: DROPPING });
    await film.play();
    await film.until(`height === ${TOP}`);
    await film.until(`height === ${MIDDLE}`);
    expect(await film.text("#switches")).toContain("this device drops frames");
    // What was buffered of the higher rung was replaced.
    const rungs = rungsByTime(film.requests);
    const replaced = rungs.filter(([first = 0, last = 0]) => first > last);
    expect(replaced.length).toBeGreaterThan(2);
    await film.close();
  });

  test("frames that only fast playback drops do not count", async ({
    browser,
    origin,
  }) => {
    const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      device: DROPPING,
    });
    await film.play(4);
    await film.until("decoded > 600");
    expect(await film.text("#switches")).not.toContain("drops frames");
    await film.close();
  });

  test("a low battery offers a cap, and decides nothing by itself", async ({
    browser,
    origin,
  }) => {
    const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      setUp: BATTERY,
    });
    await film.play();
    await film.until(`height === ${TOP}`);
    await film.page.evaluate("setBattery(0.5, false)");
    expect(await film.text("#offer")).toBe("");
    await film.page.evaluate("setBattery(0.15, false)");
    expect(await film.text("#offer")).toContain("Battery at 15 %");
    expect((await film.state()).height).toBe(TOP);
    await film.page.click("#offer-take");
    await film.until(`height === ${LOWEST}`);
    expect(await film.text("#offer")).toBe("");
    expect((await film.state()).focus).toBe("play");
    await film.page.evaluate("setBattery(0.15, true)");
    await film.until(`height === ${TOP}`);
    await film.close();
  });

  test("a cap that was taken is lifted by hand, in the panel and in the menu", async ({
    browser,
    origin,
  }) => {
    const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      setUp: BATTERY,
    });
    await film.until("buffer > 0");
    const capped = `loading.startsWith("${LOWEST}p")`;
    const free = `loading.startsWith("${TOP}p")`;
    await film.page.evaluate("setBattery(0.15, false)");
    await film.page.click("#offer-take");
    await film.until(capped);
    expect(await film.text("#ladder")).toContain(`nothing above ${LOWEST}p`);
    await film.page.click("#ladder-lift");
    expect(await film.text("#ladder")).not.toContain("nothing above");
    await film.play(4);
    await film.until(free);
    await film.page.evaluate("setBattery(0.15, true), setBattery(0.15, false)");
    await film.page.click("#offer-take");
    await film.until(capped);
    await film.openSettings();
    await film.page.selectOption("#quality", { label: "Automatic, all rungs" });
    await film.until(free);
    await film.close();
  });

  test("no rung is loaded that the picture is too small for, in any window and in full screen", async ({
    browser,
    origin,
  }) => {
    const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      viewport: { width: 700, height: 300 },
    });
    await film.play();
    // A fast line: without the limit the highest would be loaded long since.
    await film.until(`buffer > 15 && height === ${MIDDLE}`);
    expect(await film.text("#ladder-size")).toMatch(
      /with 3\d\d × 2\d\d pixels.* above 240p/,
    );
    const wereLoaded = film.requests.flatMap(
      (url) => /QualityLevels\((\d+)\)\/Fragments\(video/.exec(url)?.[1] ?? [],
    );
    expect(Math.max(...wereLoaded.map(Number))).toBeLessThan(2e6);
    await film.press("f");
    await film.until(`loading.startsWith("${TOP}p")`);
    await film.press("f");
    await film.until(`loading.startsWith("${MIDDLE}p")`);
    await film.page.setViewportSize({ width: 320, height: 300 });
    await film.until(`loading.startsWith("${LOWEST}p")`);
    // The viewer may have what the size does not ask for.
    await film.page.check(`#ladder label:has-text("${TOP}p") input`);
    await film.until(`height === ${TOP}`);
    await film.close();
  });

  test("pixels of the screen count, not those of CSS", async ({
    browser,
    origin,
  }) => {
    const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      ...{ viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 },
    });
    await film.play();
    await film.until(`height === ${TOP}`);
    expect(await film.text("#ladder-size")).toBe("");
    await film.close();
  });

  test("rungs of one size are told apart by their bitrate", async ({
    browser,
  }) => {
    const origin = await serveUntilEnd(await twinsFolder());
    const film = await PlayerPage.open(browser, `${origin.url}/play/twins`);
    await film.play();
    const marked = `[...document.querySelectorAll("#ladder .mark.shown")].map((mark) => mark.closest("label").innerText).join()`;
    await film.untilTrue(`${marked}.split("shown").length === 2`);
    const said = `document.querySelector("#announcer").textContent`;
    const rows: string[] = [];
    await film.page.focus("#timeline");
    for (let i = 0; i < 4; i++) {
      await film.press(i === 0 ? "Home" : "ArrowDown");
      rows.push((await film.text("#timeline-readout")).split(",")[0] ?? "");
    }
    expect(new Set(rows).size).toBe(4);
    for (const choice of [2, 3]) {
      await film.page.click(`#ladder label:nth-child(${choice}) input`);
      const rate = /180p (.*)/.exec(rows[choice - 2] ?? "")?.[1];
      await film.untilTrue(`${said} === "Rung 180p ${rate}"`);
      await film.untilTrue(`${marked}.includes("${rate}")`);
    }
    await film.page.goto(`${origin.url}/`);
    await film.untilTrue(`document.querySelectorAll(".card").length === 1`);
    expect(await film.text(".card")).not.toContain("English");
    await film.close();
  });

  test("whoever wants no cap is not asked again", async ({
    browser,
    origin,
  }) => {
    const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      setUp: BATTERY,
    });
    await film.until("buffer > 0");
    await film.page.evaluate("setBattery(0.15, false)");
    await film.page.click("#offer-leave");
    await film.page.evaluate("setBattery(0.1, false)");
    expect(await film.text("#offer")).toBe("");
    await film.close();
  });
});

/** When the picture would come that was not loaded yet. */
function endOfBuffer({ currentTime, buffer }: PageState): number {
  return currentTime + buffer;
}

/** For each fragment of the picture the bitrates that were asked for, in their order. */
function rungsByTime(requests: readonly string[]): number[][] {
  const rungs = new Map<string, number[]>();
  for (const url of requests) {
    const [, bitrate, time = ""] =
      /QualityLevels\((\d+)\)\/Fragments\(video=(\d+)/.exec(url) ?? [];
    if (bitrate === undefined) continue;
    rungs.set(time, [...(rungs.get(time) ?? []), Number(bitrate)]);
  }
  return [...rungs.values()].map((asked) => [
    ...[asked[0] ?? 0, asked.at(-1) ?? 0],
  ]);
}
