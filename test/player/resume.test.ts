import { expect } from "vitest";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

describePage("where it begins", (test) => {
  test("loaded anew, the film is where it was and as loud as it was", async ({
    film,
    origin,
  }) => {
    await film.until("buffer > 0");
    await film.press("5");
    await film.until("currentTime === 20");
    await film.press("m");
    await film.page.evaluate(`document.querySelector("video").volume = 0.4`);
    await film.until("muted && volume === 0.4");
    await film.page.reload();
    await film.until("currentTime === 20 && muted && volume === 0.4");
    // The sound is the tab's, the place the film's.
    await film.page.goto(`${origin.url}/play/shelf/film`);
    await film.until("buffer > 0 && currentTime === 0 && muted");
  });

  test("the address says where, and a new load goes on from there", async ({
    browser,
    origin,
  }) => {
    const url = `${origin.url}/play/film`;
    for (const [asked, from] of [
      ["0m31s", 31],
      ["12.5", 12.5],
      ["1h", 39.5],
      ["soon", 0],
    ] as const) {
      const film = await PlayerPage.open(browser, `${url}?t=${asked}`);
      await film.until(
        `buffer > 0 && Math.abs(currentTime - ${from}) < 0.1 && failure === ''`,
      );
      expect(await film.text("#now")).toBe(
        `0:${String(Math.floor(from)).padStart(2, "0")}`,
      );
      await film.close();
    }
    const film = await PlayerPage.open(browser, `${url}?t=11`);
    await film.play();
    await film.until("currentTime > 13");
    await film.page.reload();
    await film.until("buffer > 0 && currentTime > 13");
    await film.close();
  });
});
