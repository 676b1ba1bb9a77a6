import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { protectMedia } from "../../src/pipeline/protect-media.js";
import { takeApart, writePackage } from "../drm/layouts/package.js";
import type { Layout } from "../drm/layouts/write-file.js";
import { REQUEST } from "../drm/package.js";
import { describeReader, run, tools } from "../support/programs.js";
import {
  launchBrowser,
  missingForBrowser,
  type Browser,
} from "./support/browser.js";
import {
  CLIP,
  joinedPackage,
  KEY,
  KID,
  testPackage,
  type TestPackage,
} from "./support/package.js";
import { Stage } from "./support/stage.js";
import { expectWholeRung, rungOf, test as base } from "./support/test.js";

const missing = await missingForBrowser();

const test = base.extend<{ readonly pack: TestPackage }>({
  pack: async ({}, use) => use(await joinedPackage()),
});

describeReader(
  "several protected tracks in a file: dash in Chromium",
  missing,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(async () => browser.close());

    test("plays them as Microsoft laid them out, without tfxd and tfdt, to the last picture", async ({
      pack,
      origin,
    }) => {
      const page = `${origin.url}/dash.html#${KID}:${KEY}`;
      const stage = await Stage.open(browser, page);
      const rung = rungOf(pack, 360);
      const { manifestUrl } = origin;
      await stage.load({ manifestUrl, rung, bufferSeconds: CLIP.seconds });
      await stage.until("pictureTime === 0");
      await stage.play(4);
      await stage.until("ended");
      const { totalVideoFrames } = await stage.state();
      expect(totalVideoFrames).toBe(CLIP.frames);
      expect(await stage.problems()).toEqual([]);
      expectWholeRung(origin, pack, rung);
      await stage.close();
    });
  },
);

describe("several protected tracks in a file: ffmpeg with the key", () => {
  test.for<[string, Layout]>([
    ["in turn, times in the index alone", {}],
    ["apart", { order: "apart" }],
    ["with durations in trex", { durations: "trex" }],
    ["with a base-data-offset, the moof", { base: "moof" }],
    ["with a base-data-offset, the media", { base: "media" }],
    ["with two truns", { truns: 2 }],
    ["with an mdat of 64 bits", { longMdat: true }],
    ["without an index", { index: "none" }],
  ])("decrypts each sample, %s", async ([, layout], { scratch }) => {
    const { folder } = await testPackage("muxed");
    const ism = writePackage(scratch, takeApart(folder), layout);
    const clear = join(ism, "../clip.ismv");
    const output = join(scratch, "protected");
    mkdirSync(output);
    // It reads the boxes of ISO alone.
    const request = { ...REQUEST, encryption: "cenc" } as const;
    await protectMedia(
      [{ file: "clip.ismv", path: clear, isText: false }],
      request,
      {
        ...{ folder: output, fsync: false, signal: undefined },
        onWritten: () => undefined,
      },
    );
    const hidden = join(output, "clip.ismv");
    const expected = await hashesOf(clear);
    expect(expected.length).toBeGreaterThan(3 * CLIP.frames);
    expect(await hashesOf(hidden)).not.toEqual(expected);
    expect(await hashesOf(hidden, ["-decryption_key", KEY])).toEqual(expected);
  });
});

/**
 * The size and MD5 of each sample, track by track. ffmpeg decrypts fragments only of what it
 * cannot seek in.
 */
async function hashesOf(
  path: string,
  options: readonly string[] = [],
): Promise<string[]> {
  const { ffmpeg } = await tools();
  const { stdout } = await run("sh", [
    ...["-c", 'file=$1; shift; exec "$@" < "$file"', "sh", path, ffmpeg.path],
    ...["-v", "error", ...options, "-i", "pipe:0"],
    ...["-map", "0", "-c", "copy", "-f", "framemd5", "-"],
  ]);
  const rows = stdout.toString().split("\n");
  return rows
    .filter((row) => /^\d/.test(row))
    .map((row) => row.split(/,\s*/))
    .map(([track, , , , size, md5]) => `${track} ${size} ${md5}`)
    .sort((a, b) => Number.parseInt(a) - Number.parseInt(b));
}
