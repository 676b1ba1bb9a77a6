import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { convert } from "../../src/index.js";
import { madeOnce } from "../support/made-once.js";
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
import { startStatic } from "./support/static.js";
import {
  expectWholeRung,
  PAGES,
  rungOf,
  test as base,
} from "./support/test.js";

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

/** The protected package as CMAF that stays encrypted. */
async function encryptedSet(): Promise<string> {
  const { folder } = await testPackage("protected");
  return madeOnce("outside-protected-cmaf", async (_, output) => {
    await convert(join(folder, "clip.ism"), { output, to: "cmaf" });
  });
}

const READERS = [
  ["dash", "clip.mpd"],
  ["shaka5", "clip.mpd"],
  ["shaka5", "clip.m3u8"],
] as const;

describeReader("converted without its key, in Chromium,", missing, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser.close());

  test.for(READERS)(
    "%s plays %s with the key, to the last picture",
    async ([player, manifest]) => {
      const folder = await encryptedSet();
      const server = await startStatic(folder, PAGES);
      const page = `${server.url}/${player}.html#${KID}:${KEY}`;
      const stage = await Stage.open(browser, page);
      const text = await readFile(join(folder, "clip.mpd"), "utf8");
      const bitrate = Number(/bandwidth="(\d+)" width/.exec(text)?.[1]);
      const rung = { path: "", bitrate, width: 640, height: 360 };
      const manifestUrl = `${server.url}/media/${manifest}`;
      await stage.load({ manifestUrl, rung, bufferSeconds: CLIP.seconds });
      await stage.until("pictureTime === 0");
      await stage.play(4);
      await stage.until("ended");
      expect((await stage.state()).totalVideoFrames).toBe(CLIP.frames);
      expect(await stage.problems()).toEqual([]);
      await stage.close();
      server.close();
    },
  );
});

describe("converted without its key", () => {
  test("ffmpeg decrypts every picture and sound of the clear package", async ({
    scratch,
  }) => {
    const clear = await testPackage("muxed");
    const folder = await encryptedSet();
    const names = (await readdir(folder)).filter((name) =>
      name.endsWith(".mp4"),
    );
    const decoded = await Promise.all(
      names.map((name) => decrypted(join(folder, name), scratch)),
    );
    const sources = [...clear.rungs.map(({ path }) => path), clear.audio];
    const expected = await Promise.all(
      sources.map((path) => decrypted(path, scratch)),
    );
    expect(new Set(decoded)).toEqual(new Set(expected));
    expect(new Set(expected).size).toBe(names.length);
  });
});

/** Sums of all frames of a file. ffmpeg decrypts files of many fragments only as they come through a pipe. */
async function decrypted(path: string, scratch: string): Promise<string> {
  const { ffmpeg } = await tools();
  const sums = join(await mkdtemp(join(scratch, "sums-")), "sums.txt");
  const args = ["-v", "error", "-decryption_key", KEY, "-i", "-"];
  const script = `exec "$0" "$@" < "$FILM"`;
  const output = ["-c:a", "pcm_s16le", "-f", "md5", sums];
  const env = { ...process.env, FILM: path };
  await run("sh", ["-c", script, ffmpeg.path, ...args, ...output], { env });
  return readFile(sums, "utf8");
}

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
