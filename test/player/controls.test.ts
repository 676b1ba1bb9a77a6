import { expect } from "vitest";
import { FILM } from "./support/films.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

describePage("the controls", (test) => {
  test("everything can be done with keys", async ({ film }) => {
    await film.until("buffer > 0");
    await film.press("k");
    await film.until("!paused");
    await film.press("k");
    await film.until("paused");
    await film.press("5");
    await film.until(`currentTime === ${FILM.seconds / 2}`);
    await film.page.focus("#player");
    await film.press("ArrowRight", "l");
    await film.until(`currentTime === ${FILM.seconds / 2 + 15}`);
    await film.press("j", "j", "ArrowLeft");
    await film.until(`currentTime === ${FILM.seconds / 2 - 10}`);
    await film.press("Home");
    await film.until("currentTime === 0");
    await film.press("m");
    await film.until("muted");
    await film.press("ArrowDown", "ArrowDown");
    await film.until("!muted && volume === 0.9");
    await film.press("ArrowUp");
    await film.until("volume === 0.95");
    await film.press("Shift+>", "Shift+>");
    await film.until("playbackRate === 1.5");
    await film.press("Shift+<");
    await film.until("playbackRate === 1.25");
    await film.press("f");
    await film.untilTrue("document.fullscreenElement?.id === 'player'");
    await film.press("f");
    await film.untilTrue("document.fullscreenElement === null");
    await film.press("End");
    await film.until("currentTime === duration - 0.5");
  });

  test("what scrolls the page is the film's in its player alone", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    await film.press("ArrowDown", " ");
    await film.untilTrue("scrollY > 0");
    expect(await film.state()).toMatchObject({ volume: 1, paused: true });
    await film.page.evaluate("scrollTo(0, 0)");
    await film.page.click("#big-play");
    await film.until("!paused && focus === 'play'");
    await film.press("ArrowDown", " ");
    await film.until("paused && volume === 0.95");
    expect(await film.page.evaluate("scrollY")).toBe(0);
  });

  test("a rung and a rate that were chosen by pointer leave letters to the film", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    await film.page.check(`#ladder label:has-text("240p") input`);
    await film.press("k");
    await film.until("!paused");
    await film.press("ArrowDown");
    await film.until("loading.startsWith('180p') && volume === 1");
    await film.page.check(`#throttle label:has-text("5.0 Mbit/s") input`);
    await film.press("k");
    await film.until("paused");
  });

  test("keys of one letter or sign can be switched off, for as long as the tab is open", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    await film.press("Shift+?");
    await film.page.click("#key-signs");
    await film.press("Escape");
    await film.page.reload();
    await film.until("buffer > 0");
    await film.press("k", "m", "5", "Shift+?");
    expect(await film.text("#help")).toBe("");
    await film.page.focus("#player");
    await film.press("ArrowDown");
    await film.until("volume === 0.95");
    expect(await film.state()).toMatchObject({
      ...{ currentTime: 0, muted: false, paused: true },
    });
    await film.page.click("#help-open");
    await film.page.click("#key-signs");
    await film.press("Escape", "m");
    await film.until("muted");
  });

  test("keys say what they did, to the eye and in words, in full screen too", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    await film.press("f");
    await film.untilTrue("document.fullscreenElement?.id === 'player'");
    await film.page.evaluate(NOTING_FLASHES);
    await film.press("l");
    const told = `document.fullscreenElement.querySelector("#announcer[role=status]").textContent`;
    await film.untilTrue(`${told} === "10 seconds"`);
    await film.press("Shift+>");
    await film.untilTrue(`${told} === "Speed 1.25"`);
    await film.untilTrue(`document.querySelector("#flash").hidden`);
    expect(await film.page.evaluate("flashes")).toEqual(["0:10", "Speed 1.25"]);
  });

  test("sound that was drawn to nothing comes back as loud as it was", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    const draw = (volume: number) =>
      film.page.evaluate(
        `(() => { const bar = document.querySelector("#volume"); bar.value = ${volume}; bar.dispatchEvent(new Event("input")); })()`,
      );
    await draw(0.6);
    await film.until("volume === 0.6");
    await draw(0);
    await film.until("volume === 0");
    await film.press("m");
    await film.until("volume === 0.6 && !muted");
    await film.press("m");
    await film.until("volume === 0.6 && muted");
  });

  test("a phone that can only show the video in full screen does that", async ({
    browser,
    origin,
  }) => {
    const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      setUp: PHONE,
    });
    await film.until("buffer > 0");
    await film.page.evaluate(
      `document.querySelector("#video").dispatchEvent(new MouseEvent("dblclick"))`,
    );
    await film.untilTrue("entered === 1");
    await film.page.click("#full");
    await film.untilTrue("entered === 2");
    expect(film.problems).toEqual([]);
    await film.close();
  });

  test("a rate of one's own is any whole number, and what is none is said", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    await film.page.check(`#throttle label:has-text("Own") input`);
    const wrong = () => film.text("#throttle-wrong");
    const said = `document.querySelector("#announcer").textContent`;
    for (const rate of ["40", "", "1234.5"]) {
      await film.page.fill("#throttle-rate", rate);
      await film.press("Tab");
      expect(await wrong()).toContain("whole number");
    }
    await film.page.fill("#throttle-rate", "1234");
    await film.press("Tab");
    await film.untilTrue(`${said} === "A line of 1.2 Mbit/s"`);
    expect(await wrong()).toBe("");
  });

  test("? shows the list of keys, Escape closes it, and keys act on the film again", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    await film.press("Shift+?");
    expect(await film.text("#help")).toContain("10 seconds back");
    await film.press("k", "Escape");
    await film.untilTrue("!document.querySelector('#help').open");
    expect((await film.state()).paused).toBe(true);
    await film.press("k");
    await film.until("!paused");
  });

  test("Tab leads to each control, and each is named", async ({ film }) => {
    await film.until("buffer > 0");
    const names: unknown[] = [];
    for (let i = 0; i < 28; i++) {
      await film.press("Tab");
      names.push(
        await film.page.evaluate(
          `(() => { const e = document.activeElement; return e.ariaLabel ?? e.labels?.[0]?.innerText ?? e.innerText; })()`,
        ),
      );
    }
    const wanted = ["Seek", "Play", "Mute", "Volume", "Full screen"];
    expect(names).toEqual(expect.arrayContaining(wanted));
    expect(names).toContain("Fragments by rung");
    expect(names.filter((name) => name === "" || name === null)).toEqual([]);
  });

  test("Space presses the button that has the focus, and only that", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    await film.page.evaluate("document.querySelector('#mute').focus()");
    await film.press(" ");
    await film.until("muted && paused");
  });

  test("the settings open, keep their keys to themselves, and Escape leads back", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    await film.openSettings();
    await film.until("focus === 'quality'");
    await film.press("Home", "ArrowDown");
    await film.until("loading.startsWith('360p') && currentTime === 0");
    await film.untilTrue(
      "document.querySelector('#ladder input:checked').parentElement.innerText.includes('360p')",
    );
    await film.press("Escape");
    await film.until("focus === 'settings'");
    expect(await film.text("#menu")).toBe("");
  });

  test("the sound can be had in each of its languages", async ({
    film,
    origin,
  }) => {
    await film.play();
    const id = await film.text("#number-id code");
    const heard = async () =>
      (await origin.log())
        .filter(
          ({ playback, stream }) =>
            playback === id && stream?.startsWith("audio"),
        )
        .map(({ stream }) => stream);
    // A line is written when its reply has gone.
    await expect.poll(heard).toContain("audio_eng");
    await film.openSettings();
    await film.page.selectOption("#audio", { label: "French" });
    await expect.poll(async () => (await heard()).at(-1)).toBe("audio_fra");
    const { currentTime } = await film.state();
    await film.until(`!paused && currentTime > ${currentTime + 3}`);
    expect((await heard()).at(-1)).toBe("audio_fra");
    expect(film.problems).toEqual([]);
  });

  test("a film without captions has no button for them", async ({ film }) => {
    await film.until("buffer > 0");
    await film.openSettings();
    const shown = (id: string) =>
      film.page.evaluate(`document.getElementById("${id}").checkVisibility()`);
    expect(await shown("captions")).toBe(false);
    expect(await shown("caption-track")).toBe(false);
    expect(await shown("audio")).toBe(true);
  });

  test("the seek bar shows the time, and a picture of it where there is one", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    await film.page.hover("#seek", { position: { x: 100, y: 10 } });
    expect(await film.text("#preview-time")).toMatch(/^0:0\d$/);
    const asked = film.requests.filter((url) => url.includes("thumbnail.jpg"));
    // The start of a fragment: the same address for all places within it.
    expect(Number(asked[0]?.split("t=")[1]) % 2e7).toBe(0);
  });

  test("the fragments are told and reached by keys", async ({ film }) => {
    await film.until("buffer > 0");
    await film.page.evaluate("document.querySelector('#timeline').focus()");
    await film.press("ArrowDown", "ArrowRight", "ArrowRight");
    const told = await film.text("#timeline-readout");
    expect(told).toMatch(/^240p, fragment 3 of 20, 0:04 to 0:06: \d+ kB, /);
    await film.press("Enter");
    await film.until("currentTime === 4");
    await film.press("Home", "ArrowUp");
    expect(await film.text("#timeline-readout")).toMatch(/^360p, fragment 1 /);
  });
});

/** What the picture shows of the keys, even if it is gone before anybody looks. */
const NOTING_FLASHES = `{
  window.flashes = [];
  const flash = document.querySelector("#player #flash");
  const note = () => {
    if (flash.checkVisibility() && flashes.at(-1) !== flash.textContent)
      flashes.push(flash.textContent);
  };
  new MutationObserver(note).observe(flash, { attributes: true, childList: true });
}`;

/** iPhones have no full screen but that of the video. */
const PHONE = `
  Object.defineProperty(Document.prototype, "fullscreenEnabled", { value: undefined });
  delete Element.prototype.requestFullscreen;
  window.entered = 0;
  HTMLVideoElement.prototype.webkitEnterFullscreen = () => { window.entered += 1; };
`;
