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
      const film = await PlayerPage.open(browser, `${origin.url}/play/gone`, {
        colorScheme,
      });
      await film.until("failure !== ''");
      expect(await complaints(film)).toEqual([]);
      await film.close();
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

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

const axe = readFile(
  join(PLAYERS, "node_modules", "axe-core", "axe.min.js"),
  "utf8",
);

/** Rule and element of what is moderate or worse, by the rules of WCAG 2.2 AA and good practice. */
async function complaints(page: PlayerPage): Promise<string[]> {
  await page.page.evaluate(await axe);
  const result = (await page.page.evaluate("axe.run()")) as {
    violations: readonly Finding[];
  };
  return result.violations
    .filter(({ impact }) => impact !== "minor")
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(({ target }) => `${impact} ${id}: ${target.join(" ")}`),
    );
}
