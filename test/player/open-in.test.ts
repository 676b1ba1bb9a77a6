import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { replaceText } from "../support/patch.js";
import { FILM, servedFolder } from "./support/films.js";
import { folderUntilEnd, serveUntilEnd } from "./support/origin.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

const WAYS = [
  ["dash.js on DASH", "dash", "manifest.mpd", "on-hls"],
  ["hls.js on HLS", "hls", "master.m3u8", "on-dash"],
] as const;

const VIDEO = `document.querySelector("video")`;

describePage("other players", (test) => {
  test.for(WAYS)(
    "%s opens from the player's page, plays, and takes the viewer's choices",
    async ([name, way, manifest, other], { film }) => {
      await film.untilTrue(
        `document.querySelectorAll("#open-in a").length === 3`,
      );
      film.requests.length = 0;
      await film.page.click(`#open-in a:text-is("${name}")`);
      await film.untilTrue(`location.pathname === "/watch/${way}/film"`);
      await film.untilTrue(`${VIDEO}?.readyState >= 2`);
      expect(await film.text("#version")).toContain(name.split(" ")[0]);
      expect(await film.text("#manifest")).toContain(manifest);
      const marked = `document.querySelector("#open-in [aria-current]").textContent`;
      expect(await film.page.evaluate(marked)).toBe(name);
      await choose(film, "quality", "180p");
      await choose(film, "sound", "French");
      await film.page.evaluate(`(${VIDEO}.playbackRate = 4, ${VIDEO}.play())`);
      await film.untilTrue(
        `${VIDEO}.currentTime > 20 && ${VIDEO}.videoHeight === 180`,
      );
      const asked = film.requests.join("\n");
      expect(asked).toMatch(/audio_fra=\d+\)\.m4s/);
      expect(asked).not.toContain(other);
      expect(asked).not.toMatch(/\/Manifest$/m);
      expect(await film.text("#failure")).toBe("");
      expect(film.problems).toEqual([]);
    },
  );

  test("a left-over IsLive is told, and the page and DASH play the film all the same", async ({
    browser,
  }) => {
    const folder = await folderUntilEnd();
    await cp(join(await servedFolder(), "shelf"), folder, { recursive: true });
    replaceText(
      join(folder, "film.ismc"),
      "<SmoothStreamingMedia ",
      '<SmoothStreamingMedia IsLive="TRUE" ',
    );
    const { url } = await serveUntilEnd(folder);
    const page = await PlayerPage.open(browser, `${url}/watch/dash/film`);
    // A source that comes after play() stops it again.
    await page.untilTrue(`${VIDEO}.readyState >= 2`);
    await page.page.evaluate(`void ${VIDEO}.play()`);
    await page.untilTrue(`${VIDEO}.currentTime > 1`);
    expect(await page.text("#notes")).toContain("IsLive");
    expect(await page.text("#failure")).toBe("");
    await page.close();
    const own = await PlayerPage.open(browser, `${url}/play/film`);
    await own.play();
    const { failure, duration } = await own.until("currentTime > 1");
    expect(failure).toBe("");
    expect(duration).toBeCloseTo(FILM.seconds, 0);
    expect(await own.text("#notes")).toContain("IsLive");
    await own.close();
  });

  test("the page plays a title with a gap to its end", async ({ browser }) => {
    const folder = await folderUntilEnd();
    await cp(join(await servedFolder(), "shelf"), folder, { recursive: true });
    const path = join(folder, "film.ismc");
    const text = await readFile(path, "utf8");
    // The second fragment of the first sound is lost.
    const [all = "", before = "", first, lost] =
      /(Fragments\(audio[^]*?<c [^>]*d="(\d+)"[^>]*>)\s*<c [^>]*d="(\d+)"[^>]*>\s*<c /.exec(
        text,
      ) ?? [];
    const third = Number(first) + Number(lost);
    replaceText(path, all, `${before}<c t="${third}" `);
    const { url } = await serveUntilEnd(folder);
    const page = await PlayerPage.open(browser, `${url}/play/film`);
    const { duration } = await page.until("buffer > 0");
    // dash.js would end by a fragment too early.
    expect(duration).toBeCloseTo(FILM.seconds, 0);
    expect(await page.text("#notes")).toContain("nothing at 0:02");
    await page.close();
  });

  test("an unknown package is told, and what the origin has no manifest of", async ({
    origin,
  }) => {
    const status = async (path: string) =>
      (await fetch(`${origin.url}${path}`)).status;
    expect(await status("/watch/dash/film")).toBe(200);
    expect(await status("/watch/hls/gone")).toBe(404);
    expect(await status("/watch/other/film")).toBe(404);
  });
});

async function choose(
  { page }: PlayerPage,
  id: string,
  name: string,
): Promise<void> {
  await page.selectOption(`#${id}`, { label: name });
}
