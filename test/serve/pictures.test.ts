import { existsSync, rmSync, writeFileSync } from "node:fs";
import { get as request } from "node:http";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished } from "vitest";
import { loadPackage } from "../../src/serve/load-package.js";
import { OpenFiles } from "../../src/serve/open-files.js";
import { Pictures, posterOf, type Still } from "../../src/serve/pictures.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tools } from "../support/programs.js";
import { CANNOT_FAKE, fakeProgram, test } from "../support/scratch-folder.js";
import { tempFolder } from "../support/temp.js";
import { eventually, get, serving } from "./serving.js";

const parent = tempFolder();
let folder: string;
let ffmpeg: string;

beforeAll(async () => {
  ({ folder } = await writeFixturePackage(parent));
  ({ path: ffmpeg } = (await tools()).ffmpeg);
});

/** An ffmpeg that is as it should be, but for pictures as long as a file is there. */
async function fakeFfmpeg(scratch: string, fault: string): Promise<string> {
  return fakeProgram(
    scratch,
    "ffmpeg",
    ...[`case "$*" in *pipe:0*)`, `  if [ -e "${scratch}/fault" ]; then`],
    ...[`    ${fault}`, "  fi;;", "esac", `exec "${ffmpeg}" "$@"`],
  );
}

async function poster(files: OpenFiles): Promise<Still> {
  const root = folder;
  const place = { root, path: "clip", file: join(folder, "clip.ism") };
  const still = posterOf(await loadPackage(place, files, new Map()));
  if (still === undefined) throw new Error("the package has no pictures");
  return still;
}

describe.skipIf(CANNOT_FAKE)("a picture that failed", () => {
  /** Pictures with a clock of their own. */
  async function stills(ffmpegPath: string) {
    const files = new OpenFiles();
    onTestFinished(async () => files.closeAll());
    const clock = { nowMs: 1 };
    const warnings: string[] = [];
    const tell = (sentence: string) => warnings.push(sentence);
    const pictures = new Pictures(files, ffmpegPath, tell, () => clock.nowMs);
    const still = await poster(files);
    const ask = async () => pictures.get(still, new AbortController().signal);
    return { clock, warnings, ask };
  }

  test("is tried again after a minute, and not before", async ({ scratch }) => {
    const { clock, ask } = await stills(await fakeFfmpeg(scratch, "exit 1"));
    writeFileSync(join(scratch, "fault"), "");
    expect(await ask()).toBeUndefined();
    rmSync(join(scratch, "fault"));
    clock.nowMs = 60_001;
    expect(await ask()).toBeUndefined();
    clock.nowMs = 60_002;
    const jpeg = await ask();
    expect(jpeg?.readUInt16BE(0)).toBe(0xffd8);
    clock.nowMs = 1e9;
    expect(await ask()).toBe(jpeg);
  });

  test("for want of an ffmpeg is made once there is one", async ({
    scratch,
  }) => {
    const { clock, ask, warnings } = await stills(join(scratch, "ffmpeg"));
    expect(await ask()).toBeUndefined();
    clock.nowMs = 60_002;
    expect(await ask()).toBeUndefined();
    expect(warnings).toHaveLength(1);
    await fakeFfmpeg(scratch, "exit 1");
    clock.nowMs = 120_004;
    expect((await ask())?.readUInt16BE(0)).toBe(0xffd8);
  });
});

test.skipIf(CANNOT_FAKE)(
  "a picture that somebody gave up is no trouble, and is made for the next who asks",
  async ({ scratch }) => {
    const warnings: string[] = [];
    const wait = `touch "${scratch}/begun"; exec sleep 600`;
    const { url } = await serving(folder, {
      ffmpegPath: await fakeFfmpeg(scratch, wait),
      onWarning: (sentence) => warnings.push(sentence),
    });
    writeFileSync(join(scratch, "fault"), "");
    const address = `${url}/clip.ism/poster.jpg`;
    const asked = request(address).on("error", () => undefined);
    await eventually(async () =>
      Promise.resolve(expect(existsSync(join(scratch, "begun"))).toBe(true)),
    );
    rmSync(join(scratch, "fault"));
    asked.destroy();
    expect((await get(address)).status).toBe(200);
    expect(warnings).toEqual([]);
  },
);
