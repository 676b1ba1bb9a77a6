import { afterAll, beforeAll, expect } from "vitest";
import { captionedFolder } from "./support/captions.js";
import { OUR_CAPTIONS, ourCaptionsFolder } from "./support/films.js";
import { serveFolder, type ServedFolder } from "./support/origin.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

const SHOWN = `[...document.querySelector("video").textTracks]
  .filter(({ mode }) => mode === "showing")
  .flatMap(({ activeCues }) => [...activeCues].map(({ text }) => text)).join()`;

/** As a viewer reads it. */
const READ = SHOWN.replace(
  "({ text }) => text",
  "(cue) => cue.getCueAsHTML().textContent",
);

/** Of those captions that go over the border of two fragments. */
const SPANS = `[...document.querySelector("video").textTracks]
  .filter(({ mode }) => mode === "showing")
  .flatMap(({ cues }) => [...cues].filter(({ text }) => text.includes("6")))
  .map(({ startTime, endTime }) => startTime + "-" + endTime).join()`;

describePage("captions", (test) => {
  let captioned: ServedFolder;
  beforeAll(async () => {
    captioned = await serveFolder(await captionedFolder());
  });
  afterAll(async () => captioned.close());

  test("are shown at their time in each language, and not unless they are wanted", async ({
    browser,
  }) => {
    const film = await PlayerPage.open(browser, `${captioned.url}/play/film`);
    await film.until("buffer > 0");
    await film.page.evaluate(`document.querySelector("video").currentTime = 6`);
    await film.until("currentTime === 6");
    expect(await film.page.evaluate(SHOWN)).toBe("");
    await film.press("c");
    await film.untilTrue(`${SHOWN} === "Good morning,\\neverybody"`);
    // Five seconds into the second fragment, by the clock of the fragment and by that of the film.
    await film.page.evaluate(
      `document.querySelector("video").currentTime = 26`,
    );
    await film.untilTrue(`${SHOWN} === "Good night,\\neverybody"`);
    await film.openSettings();
    await film.page.selectOption("#caption-track", { label: "French" });
    await film.untilTrue(`${SHOWN} === "Bonne nuit,\\neverybody"`);
    // It stands in both fragments, and is shown once, with the characters that WebVTT would take for tags.
    for (const seconds of [19, 21]) {
      await film.page.evaluate(
        `document.querySelector("video").currentTime = ${seconds}`,
      );
      await film.until(`currentTime === ${seconds}`);
      await film.untilTrue(`${READ} === "5 < 6 &amp; <rires>"`);
    }
    await film.page.evaluate(
      `document.querySelector("video").currentTime = 39`,
    );
    await film.untilTrue(`${READ} === ""`);
    expect(await film.page.evaluate(SPANS)).toBe("18-20,20-22");
    await film.press("Escape", "c");
    await film.untilTrue(`${SHOWN} === ""`);
    expect(film.problems).toEqual([]);
    await film.close();
  });

  test("of our own packages are shown from begin to end, in each language", async ({
    browser,
  }) => {
    const own = await serveFolder(await ourCaptionsFolder());
    const film = await PlayerPage.open(browser, `${own.url}/play/film`);
    await film.until("buffer > 7");
    await film.press("c");
    const seek = async (seconds: number) => {
      await film.page.evaluate(
        `document.querySelector("video").currentTime = ${seconds}`,
      );
      await film.until(`Math.abs(currentTime - ${seconds}) < 0.001`);
    };
    for (const language of ["eng", "deu"] as const) {
      await film.openSettings();
      const label = { eng: "English", deu: "German" }[language];
      await film.page.selectOption("#caption-track", { label });
      await film.press("Escape");
      for (const { begin, end, [language]: words } of OUR_CAPTIONS) {
        for (const seconds of [begin + 0.04, (begin + end) / 2, end - 0.04]) {
          await seek(seconds);
          await film.untilTrue(`${READ} === ${JSON.stringify(words)}`);
        }
        for (const seconds of [begin - 0.04, end + 0.04]) {
          await seek(seconds);
          await film.untilTrue(`${READ} === ""`);
        }
      }
    }
    expect(film.problems).toEqual([]);
    await film.close();
    await own.close();
  });

  test("do not keep the film from playing to its end", async ({ browser }) => {
    const film = await PlayerPage.open(browser, `${captioned.url}/play/film`);
    await film.until("buffer > 0");
    await film.press("c");
    await film.play(4);
    await film.until("ended");
    expect((await film.state()).failure).toBe("");
    await film.close();
  });
});
