import { expect } from "vitest";
import { FILM } from "./support/films.js";
import { describePage } from "./support/test.js";

describePage("the player", (test) => {
  test("plays the film to its end, and again", async ({ film }) => {
    await film.play(4);
    await film.until("ended");
    const { currentTime, duration, failure } = await film.state();
    expect(duration).toBeCloseTo(FILM.seconds, 1);
    expect(currentTime).toBeCloseTo(duration, 1);
    expect(failure).toBe("");
    await film.press("k");
    await film.until(
      "!ended && !paused && currentTime > 0.2 && currentTime < 20",
    );
    expect(film.problems).toEqual([]);
  });

  test("asks nobody but the origin for anything", async ({ film, origin }) => {
    await film.play(4);
    await film.until("ended");
    const strangers = film.requests.filter(
      (url) =>
        !url.startsWith(origin.url) && !url.startsWith(`blob:${origin.url}`),
    );
    expect(film.requests.length).toBeGreaterThan(40);
    expect(strangers).toEqual([]);
  });

  test("goes to any place of the film, forth and back", async ({ film }) => {
    await film.until("buffer > 0");
    for (const seconds of [31.5, 3.25, FILM.seconds - 1]) {
      await film.page.evaluate(
        `(() => {
          const seek = document.querySelector("#seek");
          seek.value = ${seconds};
          seek.dispatchEvent(new Event("input"));
          seek.dispatchEvent(new Event("change"));
        })()`,
      );
      await film.until(`Math.abs(currentTime - ${seconds}) < 0.05`);
      await film.untilTrue("document.querySelector('video').readyState >= 3");
    }
    await film.press("k");
    await film.until("ended");
    expect(film.problems).toEqual([]);
  });

  test("sends one playback id with every request, and shows it", async ({
    film,
    origin,
  }) => {
    await film.play(4);
    await film.until("ended");
    const id = (await film.page.evaluate(
      `document.querySelector("#number-id code").textContent`,
    )) as string;
    const mine = (await origin.log()).filter(({ playback }) => playback === id);
    const fragments = new Set(
      mine.filter(({ stream }) => stream === "video").map((l) => l.fragment),
    );
    expect(fragments.size).toBe(FILM.seconds / FILM.fragmentSeconds);
    // Headers leave the address as it is: a cache in front keeps one copy.
    expect(mine.filter(({ uri }) => uri.includes("?"))).toEqual([]);
  });
});
