import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { describeReader, run, tools } from "../support/programs.js";
import {
  bundleRxPlayer,
  launchBrowser,
  missingForBrowser,
  type Browser,
} from "./support/browser.js";
import { MARK_PICTURES } from "./support/media.js";
import {
  CLIP,
  KEY,
  KID,
  testPackage,
  type TestPackage,
} from "./support/package.js";
import { Stage } from "./support/stage.js";
import { expectWholeRung, rungOf, test as base } from "./support/test.js";

const missing = await missingForBrowser();

const test = base.extend<{ readonly pack: TestPackage }>({
  pack: async ({}, use) => use(await testPackage("protected")),
});

for (const player of ["dash", "shaka", "rx"])
  describeReader(`protected: ${player} in Chromium`, missing, () => {
    let browser: Browser;

    beforeAll(async () => {
      if (player === "rx") await bundleRxPlayer();
      browser = await launchBrowser();
    });
    afterAll(async () => browser.close());

    const open = (url: string, key: string) =>
      Stage.open(browser, `${url}/${player}.html#${KID}:${key}`);

    test("plays with the key that the header names, to the last picture", async ({
      pack,
      origin,
    }) => {
      const stage = await open(origin.url, KEY);
      const rung = rungOf(pack, 360);
      const { manifestUrl } = origin;
      await stage.load({ manifestUrl, rung, bufferSeconds: CLIP.seconds });
      // Chromium shows what was encrypted to people only, not to scripts.
      await stage.until("pictureTime === 0");
      await stage.play(4);
      await stage.until("ended");
      const { totalVideoFrames } = await stage.state();
      expect(totalVideoFrames).toBe(CLIP.frames);
      expect(await stage.problems()).toEqual([]);
      expectWholeRung(origin, pack, rung);
      await stage.close();
    });

    test("fails with another key", async ({ pack, origin }) => {
      const stage = await open(origin.url, KID);
      const rung = rungOf(pack, 360);
      const { manifestUrl } = origin;
      // Some never finish to load what they cannot show.
      const bufferSeconds = CLIP.seconds;
      void stage.load({ manifestUrl, rung, bufferSeconds }).then(
        () => stage.play(4).catch(() => undefined),
        () => undefined,
      );
      await stage.untilProblem();
      expect((await stage.state()).ended).toBe(false);
      await stage.close();
    });
  });

describe("protected: ffmpeg, which has no key", () => {
  test("decodes no picture that is one of the film's, not even told that all is clear", async ({
    pack,
    scratch,
  }) => {
    const clear = await testPackage("muxed");
    // But for the white ones: so little is no secret, and slices of so few bytes stay clear.
    const film = new Set(
      (await pictures(rungOf(clear, 360).path, scratch)).filter(
        (_, i) => !MARK_PICTURES.includes(i),
      ),
    );
    expect(film.size).toBeGreaterThan(CLIP.frames / 2);
    const { path } = rungOf(pack, 360);
    const disguised = join(scratch, "disguised.mp4");
    await writeFile(disguised, withoutProtection(await readFile(path)));
    for (const file of [path, disguised]) {
      const seen = await pictures(file, scratch);
      expect(seen.length > 0).toBe(file === disguised);
      expect(seen.filter((hash) => film.has(hash))).toEqual([]);
    }
  });
});

/** The same bytes under types that tell of no protection. */
function withoutProtection(file: Buffer): Buffer {
  let text = file.toString("latin1");
  for (const [type, other] of [
    ["encv", "avc1"],
    ["sinf", "free"],
    ["saiz", "free"],
    ["saio", "free"],
  ] as const)
    text = text.replaceAll(type, other);
  return Buffer.from(text, "latin1");
}

/** The hash of every picture that ffmpeg makes of a file, however much it complains. */
async function pictures(path: string, scratch: string): Promise<string[]> {
  const { ffmpeg } = await tools();
  const hashes = join(await mkdtemp(join(scratch, "seen-")), "hashes.txt");
  const args = ["-v", "quiet", "-i", path, "-map", "0:v"];
  const output = ["-f", "framemd5", hashes];
  await run(ffmpeg.path, [...args, ...output]).catch(() => undefined);
  const text = await readFile(hashes, "utf8").catch(() => "");
  const rows = text.split("\n").filter((line) => line.startsWith("0,"));
  return rows.map((row) => row.split(",").at(-1)?.trim() ?? "");
}
