import { expect } from "vitest";
import { FILM } from "./support/films.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

describePage("the player", (test) => {
  test("plays the film to its end, and again, and asks nobody but the origin", async ({
    film,
    origin,
  }) => {
    await film.play(4);
    await film.until("ended");
    const { currentTime, duration, failure } = await film.state();
    expect(duration).toBeCloseTo(FILM.seconds, 1);
    expect(currentTime).toBeCloseTo(duration, 1);
    expect(failure).toBe("");
    await film.press("k");
    await film.until(
      `!ended && !paused && currentTime > 0.2 && currentTime < ${FILM.seconds - 5}`,
    );
    const own = [origin.url, `blob:${origin.url}`];
    const strangers = film.requests.filter(
      (url) => !own.some((start) => url.startsWith(`${start}/`)),
    );
    expect(film.requests.length).toBeGreaterThan(40);
    expect(strangers).toEqual([]);
    expect(film.problems).toEqual([]);
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

  test("goes back to a part that is still buffered, and loads what lies between", async ({
    film,
  }) => {
    await film.until("buffer > 0");
    // Of the highest rung it loads most.
    await film.page.check(`#ladder label:has-text("360p") input`);
    // Of the sound, too.
    await film.untilTrue(
      `document.querySelector("video").buffered.end(0) > 17.5`,
    );
    await film.press("9");
    await film.untilTrue(
      `(({ seeking, buffered }) => !seeking && buffered.length > 1 && buffered.end(buffered.length - 1) > 39.5)(document.querySelector("video"))`,
    );
    await film.page.evaluate(
      `document.querySelector("video").currentTime = 17`,
    );
    await film.untilTrue(`!document.querySelector("video").seeking`);
    await film.play(4);
    await film.until("currentTime > 37");
    const asked = film.requests.flatMap(
      (address) => /Fragments\(video=(\d+)/.exec(address)?.[1] ?? [],
    );
    expect(new Set(asked).size).toBe(FILM.seconds / FILM.fragmentSeconds);
  });

  test.for([
    ["fr-CA", "audio_fra"],
    ["de-DE", "audio_eng"],
  ] as const)(
    "begins with the sound of the viewer's language, or the film's first: for %s %s",
    async ([locale, audio], { browser, origin }) => {
      const url = `${origin.url}/play/film`;
      const film = await PlayerPage.open(browser, url, { locale });
      await film.play();
      const asked = film.requests.flatMap(
        (address) => /Fragments\((audio\w+)/.exec(address)?.[1] ?? [],
      );
      expect([...new Set(asked)]).toEqual([audio]);
      await film.close();
    },
  );

  test("sends one playback id with every request, and shows it", async ({
    film,
    origin,
  }) => {
    await film.play(4);
    await film.until("currentTime > 10");
    const id = await film.text("#number-id code");
    const played = film.requests.filter((url) => url.includes("Fragments("));
    expect(played.length).toBeGreaterThan(10);
    // A line is written when its reply has gone.
    const logged = async () => {
      const lines = (await origin.log()).filter((l) => l.playback === id);
      const asked = new Set(lines.map(({ uri }) => uri));
      return played.filter((url) => !asked.has(pathOf(url)));
    };
    await expect.poll(logged).toEqual([]);
    // Headers leave the address as it is: a cache in front keeps one copy.
    expect(played.filter((url) => url.includes("?"))).toEqual([]);
  });
});

/** As the access log has it. */
function pathOf(url: string): string {
  return new URL(url).pathname;
}
