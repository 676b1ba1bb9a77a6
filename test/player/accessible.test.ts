import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { PLAYERS } from "../outside/support/browser.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

const SCHEMES = ["light", "dark"] as const;

describePage("for everybody", (test) => {
  test.for(SCHEMES)(
    "axe finds nothing to complain of in the list, %s",
    async (colorScheme, { browser, origin }) => {
      const list = await PlayerPage.open(browser, `${origin.url}/`, {
        colorScheme,
      });
      await list.untilTrue(
        "document.querySelectorAll('#packages li').length > 0",
      );
      expect(await complaints(list)).toEqual([]);
      await list.close();
    },
  );

  test.for(SCHEMES)(
    "axe finds nothing to complain of in the player with all that opens, %s",
    async (colorScheme, { browser, origin }) => {
      const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
        colorScheme,
      });
      await film.play();
      await film.until("currentTime > 1");
      expect(await complaints(film)).toEqual([]);
      await film.page.evaluate(
        `document.querySelector("#offer-text").textContent = "Battery";
         document.querySelector("#offer-take").textContent = "At most 480p";
         document.querySelector("#offer").hidden = false`,
      );
      await film.page.click(".table summary");
      await film.page.check(`#throttle label:has-text("Own") input`);
      await film.page.evaluate("document.querySelector('#timeline').focus()");
      await film.openSettings();
      expect(await complaints(film)).toEqual([]);
      await film.press("Escape", "Shift+?");
      expect(await complaints(film)).toEqual([]);
      await film.close();
    },
  );

  test.for(SCHEMES)(
    "axe finds nothing to complain of in a player that failed, %s",
    async (colorScheme, { browser, origin }) => {
      const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
        ...{ colorScheme, setUp: FAILING },
      });
      await film.until("failure.includes('Not today.')");
      expect(await complaints(film)).toEqual([]);
      await film.close();
    },
  );

  test.for(SCHEMES)(
    "axe finds nothing to complain of in the page of a missing address, %s",
    async (colorScheme, { browser, origin }) => {
      const page = await PlayerPage.open(browser, `${origin.url}/play/gone`, {
        colorScheme,
      });
      await page.untilTrue("document.querySelector('.message') !== null");
      expect(await complaints(page)).toEqual([]);
      await page.close();
    },
  );

  test.for(["/", "/play/film"])(
    "%s needs no more than 360 pixels of width",
    async (path, { browser, origin }) => {
      const page = await PlayerPage.open(browser, origin.url + path, {
        viewport: { width: 360, height: 740 },
      });
      await page.untilTrue(
        "document.body.innerText.includes('360p') && document.readyState === 'complete'",
      );
      const width = "document.documentElement.scrollWidth";
      expect(await page.page.evaluate(width)).toBe(360);
      await page.close();
    },
  );

  test.for(NARROW)(
    "each control of a long film lies in a picture of $width x $height",
    async (viewport, { browser, origin }) => {
      const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
        viewport,
      });
      await film.until("buffer > 0");
      await film.page.evaluate(
        `document.querySelector("#now").textContent = "1:02:03";
         document.querySelector("#total").textContent = "2:03:03";
         for (const id of ["captions", "caption-label", "caption-track"])
           document.getElementById(id).hidden = false;`,
      );
      await film.openSettings();
      expect(await film.text("#player")).toContain("1:02:03 / 2:03:03");
      expect(await film.text("#menu")).toContain("Captions");
      expect(await film.page.evaluate(OUTSIDE)).toEqual([]);
      await film.close();
    },
  );

  test("letters follow the size that the browser is set to", async ({
    browser,
    origin,
  }) => {
    const page = await PlayerPage.open(browser, `${origin.url}/`);
    const size = await page.page.evaluate(
      `document.documentElement.style.fontSize = "24px", getComputedStyle(document.body).fontSize`,
    );
    expect(size).toBe("24px");
    await page.close();
  });

  test("what is chosen can be told where the system chooses the colours", async ({
    browser,
    origin,
  }) => {
    const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      forcedColors: "active",
    });
    await film.until("buffer > 0");
    const back = (selector: string, part = "") =>
      film.page.evaluate(
        `getComputedStyle(document.querySelector(${JSON.stringify(selector)}), "${part}").backgroundColor`,
      );
    const captions = await back("#captions");
    await film.page.evaluate(
      `document.querySelector("#captions").setAttribute("aria-pressed", "true")`,
    );
    expect(await back("#captions")).not.toBe(captions);
    expect(await back(".pill input:checked + span")).not.toBe(
      await back(".pill input:not(:checked) + span"),
    );
    expect(await back(".key-used", "::before")).not.toBe(
      await back(".key-not", "::before"),
    );
    const track = `getComputedStyle(document.querySelector("#seek")).forcedColorAdjust`;
    expect(await film.page.evaluate(track)).toBe("none");
    await film.close();
  });

  test("a screen reader on the seek bar is not told each second", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    await film.page.evaluate(
      `window.told = [];
       new MutationObserver(() => told.push(document.querySelector("#seek").getAttribute("aria-valuetext")))
         .observe(document.querySelector("#seek"), { attributeFilter: ["aria-valuetext"] });`,
    );
    await film.play(4);
    await film.until("currentTime > 12");
    expect(await film.page.evaluate("told")).toHaveLength(1);
    await film.press("0");
    await film.untilTrue(`told.at(-1) === "0 seconds of 40 seconds"`);
  });

  test("nothing turns or fades for those who want no motion", async ({
    browser,
    origin,
  }) => {
    const page = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      reducedMotion: "reduce",
    });
    const moving = `[...document.querySelectorAll("*")].filter((e) => {
      const { animationName, transitionDuration } = getComputedStyle(e);
      return animationName !== "none" || transitionDuration !== "0s";
    }).length`;
    expect(await page.page.evaluate(moving)).toBe(0);
    await page.close();
  });
});

/** Phones on their side, upright, and a screen at 400 %. */
const NARROW = [
  { width: 740, height: 360 },
  { width: 320, height: 640 },
  { width: 320, height: 256 },
];

/** What of the controls is seen, and not within the picture. */
const OUTSIDE = `(() => {
  const stage = document.querySelector("#player").getBoundingClientRect();
  return [...document.querySelectorAll("#controls :is(button, #seek, #volume, .time), #menu")]
    .filter((control) => control.checkVisibility())
    .filter((control) => {
      const { left, right, top, bottom } = control.getBoundingClientRect();
      return left < stage.left || right > stage.right || top < stage.top || bottom > stage.bottom;
    })
    .map(({ id, className }) => id || className);
})()`;

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

const AXE = join(PLAYERS, "node_modules", "axe-core", "axe.min.js");

/** Rule and element of what is moderate or worse, by the rules of WCAG 2.2 AA and good practice. */
const FAILING = `XMLHttpRequest.prototype.send = () => { throw new Error("Not today."); };`;

async function complaints(page: PlayerPage): Promise<string[]> {
  await page.page.evaluate(await readFile(AXE, "utf8"));
  const result = (await page.page.evaluate("axe.run()")) as {
    violations: readonly Finding[];
  };
  return result.violations
    .filter(({ impact }) => impact !== "minor")
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(({ target }) => `${impact} ${id}: ${target.join(" ")}`),
    );
}
