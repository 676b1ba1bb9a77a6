import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { KEY, KID, protectedFolder } from "./support/films.js";
import { folderUntilEnd, serveUntilEnd } from "./support/origin.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

/** Served with a file of these lines as keys. */
async function served(lines: string, encryption?: "cenc") {
  const keys = join(await folderUntilEnd(), "film.keys");
  await writeFile(keys, lines);
  await chmod(keys, 0o600);
  const folder = await protectedFolder(encryption);
  return serveUntilEnd(folder, 0, ["--preview-keys", keys]);
}

describePage("a protected package", (test) => {
  test("plays with the key at hand, from the address that was said, and asks nobody else", async ({
    browser,
  }) => {
    const origin = await served(`${KID}:${KEY}`);
    const page = await PlayerPage.open(browser, origin.previewUrl ?? "");
    await page.untilTrue(`document.querySelector(".card a") !== null`);
    expect(await page.text(".card")).toContain("protected");
    await page.page.click(".card a");
    await page.play();
    await page.until("currentTime > 2 && decoded > 25 && height > 0");
    expect((await page.state()).failure).toBe("");
    expect(await page.text("#opened")).toMatch(/Clear Key.*No licence server/);
    expect(page.problems).toEqual([]);
    // Loaded anew, it is still open.
    await page.page.evaluate(
      `window.emptied = new Promise((done) => document.querySelector("video").addEventListener("emptied", () => done(true)));
       document.querySelector("video").dispatchEvent(new Event("error"))`,
    );
    await page.page.click("#again");
    expect(await page.page.evaluate("window.emptied")).toBe(true);
    await page.until("currentTime > 3 && decoded > 25 && failure === ''");
    const hosts = page.requests.map((url) => new URL(url).origin);
    expect(new Set(hosts)).toEqual(new Set([origin.url]));

    // Reloaded without its hash, as after a link within the page, it still knows the token.
    await page.page.goto(`${origin.url}/play/folder/film`);
    await page.until("buffer > 0");
    await page.close();

    const token = origin.previewUrl?.split("=")[1] ?? "none";
    const log = JSON.stringify(await origin.log());
    expect(log).toContain("/api/licences/folder/film");
    expect(log).not.toContain(token);
    expect(log).not.toContain(KEY);
  });

  test.for(["dash", "hls"])(
    "of common encryption plays with the key at hand as %s too",
    async (way, { browser }) => {
      const origin = await served(`${KID}:${KEY}`, "cenc");
      const hash = origin.previewUrl?.split("#")[1] ?? "none";
      const address = `${origin.url}/watch/${way}/folder/film#${hash}`;
      const page = await PlayerPage.open(browser, address);
      const video = `document.querySelector("video")`;
      await page.untilTrue(`${video}.readyState >= 2`);
      await page.page.evaluate(`void ${video}.play()`);
      await page.untilTrue(
        `${video}.currentTime > 1 && ${video}.getVideoPlaybackQuality().totalVideoFrames > 20`,
      );
      expect(await page.text("#failure")).toBe("");
      await page.close();
    },
  );

  test("stays closed to who opens another address, and says which one to open", async ({
    browser,
  }) => {
    const origin = await served(`${KID}:${KEY}`);
    const page = await PlayerPage.open(
      browser,
      `${origin.url}/play/folder/film`,
    );
    await page.until("failure.includes('#preview=')");
    expect(await page.text("#facts")).toContain("protected");
    expect(await page.text("#opened")).toBe("");
    await page.close();
  });

  test("of another key is said, and no noise is shown", async ({ browser }) => {
    const origin = await served(
      `${KID}:ffeeddccbbaa99887766554433221107
00112233445566778899aabbccddeeff:${KEY}`,
    );
    const page = await PlayerPage.open(browser, origin.previewUrl ?? "");
    await page.untilTrue(`document.querySelector(".card a") !== null`);
    await page.page.click(".card a");
    await page.until("failure.includes('another key of the KID')");
    expect((await page.state()).decoded).toBe(0);
    await page.close();
  });

  test("without keys says what would play it", async ({ browser }) => {
    const origin = await serveUntilEnd(await protectedFolder());
    const page = await PlayerPage.open(
      browser,
      `${origin.url}/play/folder/film`,
    );
    await page.until("failure.includes('--preview-keys FILE')");
    await page.close();
  });

  test("in a browser without Clear Key says so", async ({ browser }) => {
    const origin = await served(`${KID}:${KEY}`);
    const address = `${origin.url}/play/folder/film#${origin.previewUrl?.split("#")[1]}`;
    const page = await PlayerPage.open(browser, address, {
      setUp:
        "navigator.requestMediaKeySystemAccess = async () => { throw new DOMException('no', 'NotSupportedError'); };",
    });
    await page.until("failure.includes('no Clear Key')");
    await page.close();
  });
});
