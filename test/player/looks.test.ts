import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { mssPack } from "../support/cli.js";
import { ffmpeg } from "../support/clip.js";
import { madeOnce } from "../support/made-once.js";
import { LOSING } from "./support/device.js";
import { protectedFolder, servedFolder } from "./support/films.js";
import { serveUntilEnd } from "./support/origin.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

/** A film, the same protected, a damaged one and a piece of music. */
async function kindsFolder(): Promise<string> {
  return madeOnce("kinds", async (work, made) => {
    const music = join(work, "music.m4a");
    const tone = "sine=440:r=48000";
    await ffmpeg(
      ["-v", "error", "-f", "lavfi", "-t", "20", "-i", tone, music],
      work,
    );
    await mssPack([music, "-o", made]);
    const film = join(await servedFolder(), "shelf");
    await cp(film, join(made, "film"), { recursive: true });
    await cp(join(await protectedFolder(), "folder"), join(made, "locked"), {
      recursive: true,
    });
    await mkdir(join(made, "half"));
    await writeFile(join(made, "half", "film.ism"), "<smil>");
  });
}

/** Of the box of an element. */
const boxOf = (selector: string) =>
  `document.querySelector("${selector}").getBoundingClientRect()`;

describePage("what is to be seen", (test) => {
  test("each kind of card has a symbol of its own, and none asks for a poster that is not there", async ({
    browser,
  }) => {
    const { url } = await serveUntilEnd(await kindsFolder());
    const list = await PlayerPage.open(browser, url);
    await list.untilTrue(`document.querySelectorAll(".card").length === 4`);
    const symbols = `[...document.querySelectorAll(".card use")].map((use) => use.getAttribute("href"))`;
    expect(await list.page.evaluate(symbols)).toEqual([
      ...["#icon-film", "#icon-damaged", "#icon-protected", "#icon-sound"],
    ]);
    const drawn = `[...document.querySelectorAll(".card use")].every((use) => use.getBBox().width > 10)`;
    await list.untilTrue(drawn);
    await list.untilTrue(
      `document.querySelector(".card img").naturalWidth > 0`,
    );
    const posters = list.requests.filter((one) => one.endsWith("poster.jpg"));
    expect(posters).toEqual([`${url}/film/film.ism/poster.jpg`]);
    expect(await list.text(".card:last-child")).toContain("sound alone");
    await list.close();
  });

  test("an origin without ffmpeg is asked for no picture", async ({
    browser,
  }) => {
    const { url } = await serveUntilEnd(await kindsFolder(), 0, [
      ...["--ffmpeg", "/no/such/ffmpeg"],
    ]);
    const list = await PlayerPage.open(browser, url);
    await list.untilTrue(`document.querySelectorAll(".card").length === 4`);
    expect(await isShown(list, ".card .film svg")).toBe(true);
    await list.close();
    const page = await PlayerPage.open(browser, `${url}/play/film/film`);
    await page.play();
    const { width } = (await page.page.evaluate(boxOf("#seek"))) as DOMRectLike;
    await page.page.hover("#seek", { position: { x: width / 2, y: 10 } });
    expect(await page.text("#preview-time")).toMatch(/^0:(19|20)$/);
    const pictures = [...list.requests, ...page.requests].filter((one) =>
      one.includes(".jpg"),
    );
    expect(pictures).toEqual([]);
    await page.close();
  });

  test("a protected film without a key says so, and shows no empty figures", async ({
    browser,
  }) => {
    const { url } = await serveUntilEnd(await kindsFolder());
    const page = await PlayerPage.open(browser, `${url}/play/locked/film`);
    await page.until("failure.includes('--preview-keys')");
    for (const empty of ["#beside", "#panel"])
      expect([empty, await isShown(page, empty)]).toEqual([empty, false]);
    await page.close();
  });

  test("sound alone plays in a low player without what pictures need", async ({
    browser,
  }) => {
    const { url } = await serveUntilEnd(await kindsFolder());
    const page = await PlayerPage.open(browser, `${url}/play/music`);
    await page.play();
    await page.until("currentTime > 4 && buffer > 5 && failure === ''");
    const { height, shade } = (await page.page.evaluate(
      `({ height: ${boxOf("#player")}.height, shade: getComputedStyle(document.querySelector("#player")).backgroundImage })`,
    )) as { height: number; shade: string };
    expect(height).toBeLessThan(260);
    expect(shade).toContain("gradient");
    for (const gone of ["#pip", "#big-play", "#ladder", "#number-screen"])
      expect([gone, await page.text(gone), await isShown(page, gone)]).toEqual([
        ...[gone, "", false],
      ]);
    // The controls are all there is: they stay.
    expect(await page.page.evaluate("player.classList.contains('idle')")).toBe(
      false,
    );
    expect(await page.text("#facts")).toContain("0:20 · sound alone");
    await page.page.hover("#graph", { position: { x: 200, y: 60 } });
    await page.page.click("#beside .table summary");
    await page.untilTrue("document.querySelector('#graph-rows tr') !== null");
    expect(await page.text("#beside")).not.toMatch(/dropped|rung/i);
    expect(page.requests.filter((one) => one.endsWith(".jpg"))).toEqual([]);
    expect(page.problems).toEqual([]);
    await page.close();
  });

  test.for([
    [320, 640],
    [390, 844],
    [844, 390],
    [1280, 720],
  ] as const)(
    "on %i × %i the settings cover neither the clock nor the seek bar",
    async ([width, height], { browser, origin }) => {
      const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
        viewport: { width, height },
      });
      await film.until("buffer > 0");
      await film.openSettings();
      const { menu, clock, seek, player } = (await film.page.evaluate(
        `({ menu: ${boxOf("#menu")}, clock: ${boxOf(".time")}, seek: ${boxOf("#seek")}, player: ${boxOf("#player")} })`,
      )) as Record<"menu" | "clock" | "seek" | "player", DOMRectLike>;
      expect(menu.bottom).toBeLessThanOrEqual(Math.min(clock.top, seek.top));
      expect(menu.top).toBeGreaterThanOrEqual(player.top);
      expect(menu.height).toBeGreaterThan(40);
      // What is chosen can be read whole, beside the arrow.
      expect(await film.page.evaluate(CUT)).toEqual([]);
      await film.close();
    },
  );

  test("the graph has values under the pointer, and stands beside the film where there is room", async ({
    browser,
    origin,
  }) => {
    const film = await PlayerPage.open(browser, `${origin.url}/play/film`, {
      ...{ viewport: { width: 1440, height: 900 }, device: LOSING },
    });
    await film.play();
    await film.until("height === 360 && currentTime > 3 && buffer > 5");
    const places = `({ player: ${boxOf("#player")}, graph: ${boxOf("#graph")} })`;
    const { player, graph } = (await film.page.evaluate(places)) as Record<
      "player" | "graph",
      DOMRectLike
    >;
    expect(graph.left).toBeGreaterThanOrEqual(player.right);
    expect(graph.top).toBeLessThan(player.bottom);
    expect(graph.bottom).toBeLessThanOrEqual(900);
    expect(player.width).toBeGreaterThan(960);
    await film.page.hover("#graph", {
      position: { x: graph.width - 12, y: 60 },
    });
    expect(await film.text("#graph-readout")).toMatch(
      /^\d s ago: bandwidth .*bit\/s, 360p, buffer \d+\.\d s, [1-9]\d* frames dropped$/,
    );
    await film.page.hover("#graph", { position: { x: 80, y: 60 } });
    expect(await film.text("#graph-readout")).toContain("not measured");
    await film.page.setViewportSize({ width: 800, height: 900 });
    await film.untilTrue(
      `${boxOf("#graph")}.top > ${boxOf("#player")}.bottom && document.documentElement.scrollWidth === 800`,
    );
    await film.close();
  });
});

interface DOMRectLike {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  readonly width: number;
  readonly height: number;
}

async function isShown(page: PlayerPage, selector: string): Promise<boolean> {
  const found = `document.querySelector("${selector}")`;
  return (await page.page.evaluate(`${found}.checkVisibility()`)) as boolean;
}

/** Choices that are wider than their boxes, with 24 pixels for the arrow. */
const CUT = `(() => {
  const pen = document.createElement("canvas").getContext("2d");
  return [...document.querySelectorAll("#menu select")].filter((one) => one.checkVisibility()).flatMap((one) => {
    pen.font = getComputedStyle(one).font;
    const text = one.selectedOptions[0].textContent;
    return pen.measureText(text).width + 24 > one.clientWidth ? [text] : [];
  });
})()`;
