import { cp, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { AudienceReport } from "../../src/audience/audience-report.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { servedFolder } from "./support/films.js";
import { folderUntilEnd, serveUntilEnd } from "./support/origin.js";
import { PlayerPage } from "./support/player-page.js";
import { describePage } from "./support/test.js";

/** Above U+00FF, where a header has no letters; one is far longer than a CMCD content id. */
const NAMES = ["映画", "Příběh", "Кино", "長い長い題名".repeat(5), `"a, b"`];

describePage("names of other scripts", (test) => {
  test("play, and the audience report counts each by its name", async ({
    browser,
  }) => {
    const folder = await folderUntilEnd();
    for (const name of NAMES) {
      await cp(join(await servedFolder(), "shelf"), join(folder, name), {
        recursive: true,
      });
      const of = (file: string) => join(folder, name, file);
      await rename(of("film.ism"), of(`${name}.ism`));
    }
    const origin = await serveUntilEnd(folder);
    for (const name of NAMES) {
      const path = [name, name].map(encodeURIComponent).join("/");
      const film = await PlayerPage.open(browser, `${origin.url}/play/${path}`);
      await film.play();
      await film.until("currentTime > 1 && failure === ''");
      expect(await film.text("#title")).toBe(name);
      expect(film.problems).toEqual([]);
      await film.close();
    }
    const log = join(await folderUntilEnd(), "access.log");
    const lines = (await origin.log()).map((line) => JSON.stringify(line));
    await writeFile(log, lines.join("\n"));
    const { stdout } = await mssPack(["report", log, "--json"]);
    const [report] = jsonLines(stdout) as unknown as AudienceReport[];
    const counted = report?.packages.map((one) => [one.package, one.playbacks]);
    expect(counted?.sort()).toEqual(
      NAMES.map((name) => [`${name}/${name}`, 1]).sort(),
    );
  });
});
