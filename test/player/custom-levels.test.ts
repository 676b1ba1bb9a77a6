import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { twinsFolder } from "./support/films.js";
import { folderUntilEnd, serveUntilEnd } from "./support/origin.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

/** Both rungs of the twins under one bitrate, told apart by custom attributes. */
async function sameBitrateFolder(): Promise<string> {
  const folder = await folderUntilEnd();
  cpSync(await twinsFolder(), folder, { recursive: true });
  const change = (file: string, to: (text: string) => string) => {
    const path = join(folder, file);
    writeFileSync(path, to(readFileSync(path, "utf8")));
  };
  const profiles = ["High 1", "Low-2"];
  let i = 0;
  change("twins.ism", (text) =>
    text.replace(
      /(<video [^>]*systemBitrate=)"\d+"([^>]*>)/g,
      (_, before: string, after: string) =>
        `${before}"400000"${after}<param name="profile" value="${profiles[i++]}" valueType="data"/>`,
    ),
  );
  i = 0;
  change("twins.ismc", (text) =>
    text
      .replace(
        "{bitrate})/Fragments(video=",
        "{bitrate},{CustomAttributes})/Fragments(video=",
      )
      .replace(
        /(<QualityLevel [^>]*Bitrate=)"\d+"([^>]*FourCC="H264"[^>]*)\/>/g,
        (_, before: string, after: string) =>
          `${before}"400000"${after}><CustomAttributes><Attribute Name="profile" Value="${profiles[i++]}"/></CustomAttributes></QualityLevel>`,
      ),
  );
  expect(i).toBe(2);
  return folder;
}

describePage("levels of one bitrate", (test) => {
  test("are both played, by the custom attributes in their addresses", async ({
    browser,
  }) => {
    const origin = await serveUntilEnd(await sameBitrateFolder());
    const film = await PlayerPage.open(browser, `${origin.url}/play/twins`);
    await film.play();
    await film.until("decoded > 10");
    const asked = () => film.requests.map(decodeURIComponent).join("\n");
    for (const [choice, profile] of [
      [2, "High 1"],
      [3, "Low-2"],
    ] as const) {
      await film.page.click(`#ladder label:nth-child(${choice}) input`);
      await expect
        .poll(asked)
        .toContain(`QualityLevels(400000,profile=${profile})/Fragments(video=`);
    }
    await film.setRate(4);
    await film.until("ended");
    const lost = (await origin.log()).filter(({ status }) => status >= 400);
    expect(lost).toEqual([]);
    expect(film.problems).toEqual([]);
    await film.close();
  });
});
