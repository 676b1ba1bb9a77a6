import { cp, link, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { servedFolder, twinsFolder } from "./support/films.js";
import { folderUntilEnd, serveUntilEnd } from "./support/origin.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

const SHOWN =
  "document.querySelectorAll('#packages > li:not([hidden])').length";

describePage("the list of packages", (test) => {
  test("shows each with its length, rungs, languages and folder, and leads to its player", async ({
    browser,
    origin,
  }) => {
    const list = await PlayerPage.open(browser, `${origin.url}/`);
    await list.untilTrue(`${SHOWN} === 2`);
    expect(await list.text("#count")).toBe("2 packages");
    const text = await list.text("#packages");
    for (const part of [
      "0:40",
      "360p",
      "240p",
      "180p",
      "English, French",
      "shelf/",
    ])
      expect(text).toContain(part);
    await list.untilTrue(
      `[...document.querySelectorAll("#packages img")].filter(({ naturalWidth }) => naturalWidth > 0).length === 2`,
    );
    await list.page.click("#packages li:nth-child(2) h2 a");
    await list.untilTrue("location.pathname === '/play/shelf/film'");
    await list.until("buffer > 0");
    expect(list.problems).toEqual([]);
    await list.close();
  });

  test("an emptied folder says what to do, and what is packaged then appears", async ({
    browser,
  }) => {
    const [folder, shelf] = [await folderUntilEnd(), await servedFolder()];
    const place = join(folder, "film");
    await cp(join(shelf, "shelf"), place, { recursive: true });
    const origin = await serveUntilEnd(folder);
    await rm(place, { recursive: true });
    const list = await PlayerPage.open(browser, `${origin.url}/`);
    // The origin looks at its folder no more than once a second, the page when somebody comes back to it.
    await list.untilTrue(
      `(document.dispatchEvent(new Event("visibilitychange")), document.querySelector("#empty").checkVisibility())`,
    );
    expect(await list.text("#empty")).toContain("mss-pack film.mp4 -o");
    expect(await list.page.evaluate(SHOWN)).toBe(0);
    await cp(join(shelf, "shelf"), place, { recursive: true });
    await list.untilTrue(
      `(document.querySelector("#look").click(), ${SHOWN} === 1)`,
    );
    expect(await list.text("#empty")).toBe("");
    await list.close();
  });

  test("among many, a search finds by name and folder and says how many", async ({
    browser,
  }) => {
    const folder = await folderUntilEnd();
    const film = join(await servedFolder(), "shelf");
    for (let i = 1; i <= 9; i++)
      await cp(film, join(folder, i % 3 === 0 ? "old" : "new", `${i}`), {
        recursive: true,
      });
    const origin = await serveUntilEnd(folder);
    const list = await PlayerPage.open(browser, `${origin.url}/`, {
      viewport: { width: 360, height: 740 },
    });
    await list.untilTrue(`${SHOWN} === 9`);
    const width = "document.documentElement.scrollWidth";
    expect(await list.page.evaluate(width)).toBe(360);
    await list.page.fill("#search", "OLD film");
    await list.untilTrue(`${SHOWN} === 3`);
    expect(await list.text("#count")).toBe("3 of 9 packages");
    await list.page.fill("#search", "nobody's");
    await list.untilTrue(`${SHOWN} === 0`);
    expect(await list.text("#count")).toContain("nobody's");
    for (const [wanted, shown] of [
      ["french old", 3],
      ["FRA 1", 1],
    ]) {
      await list.page.fill("#search", String(wanted));
      await list.untilTrue(`${SHOWN} === ${shown}`);
    }
    // What is gone takes its card, the search and its filter, and nothing else.
    await list.page.evaluate(
      `document.querySelector("#packages > li:not([hidden]) h2 a").focus();
       window.kept = document.activeElement;`,
    );
    await rm(join(folder, "old", "9"), { recursive: true });
    await list.untilTrue(
      `(document.dispatchEvent(new Event("visibilitychange")), ${SHOWN} === 8)`,
    );
    expect(await list.text("#search-box")).toBe("");
    expect(await list.text("#count")).toBe("8 packages");
    expect(await list.page.evaluate("document.activeElement === kept")).toBe(
      true,
    );
    await list.close();
  });

  test("a damaged package says what is wrong and is no link", async ({
    browser,
  }) => {
    const folder = await folderUntilEnd();
    await cp(join(await servedFolder(), "shelf"), folder, { recursive: true });
    await mkdir(join(folder, "half"));
    await writeFile(join(folder, "half", "film.ism"), "<smil>");
    const origin = await serveUntilEnd(folder);
    const list = await PlayerPage.open(browser, `${origin.url}/`);
    await list.untilTrue(`${SHOWN} === 2`);
    const cards = "[...document.querySelectorAll('#packages > li')]";
    const bad = `${cards}.find((card) => card.innerText.includes("cannot be played"))`;
    expect(
      await list.page.evaluate(`${bad}.querySelector("h2 a") === null`),
    ).toBe(true);
    expect(
      await list.page.evaluate(`${bad}.innerText.includes("film.ism")`),
    ).toBe(true);
    await list.close();
  });

  test("2,000 packages appear while they are read, the seen ones alone with posters", async ({
    browser,
  }) => {
    const origin = await serveUntilEnd(await manyTwins(2000));
    const list = await PlayerPage.open(browser, `${origin.url}/`, {
      setUp: COUNTING,
    });
    await list.untilTrue(`${SHOWN} === 2000 && reading.hidden`);
    expect(await list.page.evaluate("counts[0]")).toBeLessThan(2000);
    expect(await list.text("#count")).toBe("2000 packages");
    const far = `document.querySelector("#packages > li:last-child")`;
    expect(
      await list.page.evaluate(`getComputedStyle(${far}).contentVisibility`),
    ).toBe("auto");
    const posters = list.requests.filter((url) => url.endsWith("poster.jpg"));
    expect(posters.length).toBeLessThan(200);
    await list.close();
  });

  test("Back returns to the search and to the card", async ({ browser }) => {
    const origin = await serveUntilEnd(await manyTwins(60));
    const list = await PlayerPage.open(browser, `${origin.url}/`);
    await list.untilTrue(`${SHOWN} === 60 && reading.hidden`);
    await list.page.fill("#search", "10");
    await list.page.fill("#search", "105");
    await list.untilTrue(`${SHOWN} === 10`);
    await list.page.click("li[data-path='1055/twins'] h2 a");
    await list.until("buffer > 0");
    await list.page.goBack();
    await list.untilTrue(
      `document.querySelector("#search")?.value === "105" && ${SHOWN} === 10 && reading.hidden`,
    );
    await list.untilTrue(
      `(({ top, bottom }) => top >= 0 && bottom <= innerHeight)(document.querySelector("li[data-path='1055/twins'] h2").getBoundingClientRect())`,
    );
    await list.close();
  });
});

/** A folder of so many packages in folders of their own, 1000 and on: links to one. */
async function manyTwins(count: number): Promise<string> {
  const folder = await folderUntilEnd();
  const film = await twinsFolder();
  const files = await readdir(film);
  for (let i = 1000; i < 1000 + count; i++) {
    await mkdir(join(folder, `${i}`));
    for (const file of files)
      await link(join(film, file), join(folder, `${i}`, file));
  }
  return folder;
}

/** How many cards there were, each time some came. */
const COUNTING = `
  window.counts = [];
  addEventListener("DOMContentLoaded", () => {
    const list = document.querySelector("#packages");
    new MutationObserver(() => counts.push(list.children.length)).observe(list, { childList: true });
  });
`;
