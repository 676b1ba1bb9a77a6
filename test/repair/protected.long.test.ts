import {
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { protectionOf } from "../../src/drm/index.js";
import { findTools, type Tools } from "../../src/ffmpeg/find.js";
import {
  planRepair,
  protectPackage,
  repair,
  unprotectPackage,
} from "../../src/index.js";
import { readPackage } from "../../src/smooth/read-package.js";
import { describeFinding, faultsIn } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import {
  readSources,
  writePackage,
  type Source,
} from "../drm/layouts/package.js";
import type { Layout as FileLayout } from "../drm/layouts/write-file.js";
import { KEY, KID, REQUEST } from "../drm/package.js";
import { framesOf, tracksIn } from "../foreign/frames.js";
import {
  beginsAt,
  customAttributes,
  foreign,
  fragmentFolders,
  gapInSound,
  indexless,
  lostClientManifest,
  offsetOf,
  oneFile,
  shortTimes,
  soundBeginsAt,
  subfolder,
  textFile,
  untold,
  utf16,
  type ForeignPackage,
  type Layout,
} from "../foreign/layouts.js";
import { patchFile, replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
const { contentKey } = REQUEST;
let tools: Tools;
let expected: string[];
let source: Source;
let number = 0;

beforeAll(async () => {
  tools = await findTools({});
  const { folder } = await foreign(parent);
  expected = tracksIn(await framesOf(tools, folder));
  source = await readSources(parent);
});

const newOut = () => join(parent, `out-${(number += 1)}`);

/** A protected package, laid out by the first layouts before, and by the others after it was protected. */
async function hidden(
  before: readonly Layout[],
  after: readonly Layout[],
): Promise<ForeignPackage> {
  const { ism } = await foreign(parent, ...before);
  const options = { output: newOut(), protection: REQUEST, fsync: false };
  const { manifest } = await protectPackage(ism, options);
  const made = packageAt(manifest);
  for (const layout of after) layout(made);
  return made;
}

const packageAt = (ism: string): ForeignPackage => ({
  folder: join(ism, ".."),
  ism,
  ismc: join(ism, "../clip.ismc"),
});

/** Repairs without a key, and proves the result with it. */
async function repaired({ ism }: Pick<ForeignPackage, "ism">) {
  const output = newOut();
  const { mends, repaired: made } = await repair(ism, { output, fsync: false });
  if (made === undefined) throw new Error("needs no mend");
  const { findings } = await verify(made.manifest, {
    ...{ decodeWith: tools, contentKey },
  });
  expect(faultsIn(findings).map(describeFinding)).toEqual([]);
  expect((await planRepair(made.manifest)).mends).toEqual([]);
  const clear = newOut();
  await unprotectPackage(made.manifest, {
    ...{ output: clear, contentKey, fsync: false },
  });
  const frames = tracksIn(await framesOf(tools, clear));
  return { made, mends: mends.map(({ id }) => id), frames, clear };
}

const lostServerManifest: Layout = ({ ism }) => rmSync(ism);

const leftLive: Layout = ({ ismc }) =>
  replaceText(ismc, "<SmoothStreamingMedia ", '$&IsLive="TRUE" ');

const wrongIndex: Layout = ({ folder }) => {
  for (const file of readdirSync(folder).filter((one) =>
    /\.ism[va]$/.test(one),
  ))
    patchFile(join(folder, file), (bytes) => {
      const at = bytes.lastIndexOf("tfra");
      // The first row's place, in rows of 64 bits.
      bytes.writeBigUInt64BE(77n, at + 20 + 8);
    });
};

const braces: Layout = ({ ismc }) =>
  replaceText(ismc, /SystemID="([^"]*)"/, 'SystemID="{$1}"');

const unheaded: Layout = ({ ismc }) =>
  replaceText(ismc, /\s*<Protection>[^]*<\/Protection>/, "");

const SAME: [string, Layout[], Layout[], string[]][] = [
  ["a lost client manifest", [], [lostClientManifest], ["ismc-lost"]],
  ["a lost .ism", [], [lostServerManifest], ["ism-lost"]],
  [
    "both lost",
    [],
    [lostServerManifest, lostClientManifest],
    [...["ism-lost", "ismc-lost"]],
  ],
  ["IsLive left over", [], [leftLive], ["is-live"]],
  ["levels of one bitrate", [customAttributes], [], ["custom-attributes"]],
  ["no index", [], [indexless], ["mfra-missing"]],
  ["a wrong index", [], [wrongIndex], ["mfra-wrong"]],
  ["no tfxd", [untold], [], ["tfxd-missing"]],
  [
    "no tfxd, no client manifest",
    [untold],
    [lostClientManifest],
    [...["ismc-lost", "tfxd-missing"]],
  ],
  ["times of 32 bits", [shortTimes], [], ["tfxd-short"]],
  ["a wall clock", [beginsAt(15_589_466_996_501_875n)], [], ["first-time"]],
  ["a delayed rung", [offsetOf(400_000)], [], ["cts-offset"]],
  ["several tracks in a file", [oneFile()], [], ["several-tracks"]],
  ["folders of fragments", [], [fragmentFolders], ["fragment-folder"]],
  [
    "folders of fragments, no client manifest",
    [],
    [...[fragmentFolders, lostClientManifest]],
    ["ismc-lost", "fragment-folder"],
  ],
  [
    "media in a folder below, in UTF-16, untold",
    [untold],
    [...[subfolder, utf16]],
    ["tfxd-missing"],
  ],
  ["captions", [textFile, untold], [], ["tfxd-missing"]],
  ["the licence header in braces", [], [braces], ["protection-header"]],
  [
    "the licence header in the media alone",
    [],
    [unheaded],
    ["protection-header"],
  ],
];

describe("without a key, repair keeps each encrypted sample of a package with", () => {
  test.for(SAME)("%s", async ([, before, after, ids]) => {
    const old = await hidden(before, after);
    const bytes = readPackageBytes(old.folder);
    const { made, mends, frames } = await repaired(old);
    expect(mends).toEqual(expect.arrayContaining(ids));
    expect(
      made.proof
        .slice(0, 3)
        .map(({ same }) => same)
        .sort(),
    ).toEqual([...[128, 128, 240]]);
    for (const { by, added, leftOut } of made.proof)
      expect({ by, added, leftOut }).toEqual({
        ...{ by: "encrypted samples", added: 0, leftOut: 0 },
      });
    expect(frames).toEqual(expected);
    expect(made.durationSeconds).toBe(5.12);
    expect(readPackageBytes(old.folder)).toEqual(bytes);
    const { protection } = await readPackage(made.manifest);
    const { data } = protectionOf(REQUEST);
    expect(Buffer.from(protection?.data ?? [])).toEqual(Buffer.from(data));
  });
});

function readPackageBytes(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return /ism|header|^\d/.test(name) && !/\/?clip_[a-z\d_]+$/.test(name)
        ? [name, readFileSync(path, "latin1")]
        : [name];
    });
}

const [kid, key] = [Buffer.from(KID), Buffer.from(KEY)];
const header = Buffer.from(protectionOf(REQUEST).data);

describe("repair mends PIFF 1.1 as Microsoft wrote it,", () => {
  test.each<[string, FileLayout]>([
    ["tracks in turn, times in the index alone", {}],
    ["tracks one after the other", { order: "apart", truns: 2 }],
    ["no index", { index: "none", time: "tfxd" }],
    [
      "durations in trex, base-data-offset",
      { durations: "trex", base: "file" },
    ],
    ["with a tfdt and a box before mdat", { time: "tfdt", between: true }],
  ])("%s: it gets saiz and saio", async (_, layout) => {
    const encryption = { kid, key };
    const ism = writePackage(parent, source, {
      ...{ ...layout, encryption, header },
    });
    const { mends, frames, made } = await repaired({ ism });
    expect(mends).toEqual(
      expect.arrayContaining(["several-tracks", "saiz-missing"]),
    );
    expect(frames).toEqual(expected);
    for (const { file } of made.proof) {
      const bytes = readFileSync(join(made.folder, file));
      expect(count(bytes, "saiz")).toBe(count(bytes, "moof"));
      expect(count(bytes, "saio")).toBe(count(bytes, "moof"));
    }
  });

  test("with no licence header: it gets one that names the key", async () => {
    const encryption = { kid, key, override: true };
    const ism = writePackage(parent, source, { encryption });
    const { frames, made } = await repaired({ ism });
    expect(frames).toEqual(expected);
    expect(made.notes.join()).toMatch(
      /PlayReady header with the key ID 09e091ab-/,
    );
  });
});

function count(bytes: Buffer, type: string): number {
  return bytes.toString("latin1").split(type).length - 1;
}

test("what lies behind the end of a file that is cut off is left out", async () => {
  const old = await hidden([], []);
  const path = join(old.folder, "clip_60.ismv");
  truncateSync(path, readFileSync(path).length - 9000);
  const { made, mends } = await repaired(old);
  expect(mends).toContain("cut-off");
  expect(made.durationSeconds).toBeLessThan(5);
  let left = 0;
  for (const { same, leftOut } of made.proof) {
    expect(same).toBeGreaterThan(40);
    left += leftOut;
  }
  expect(left).toBeGreaterThan(0);
});

test("times of another clock become ticks of 10 MHz, and stay together", async () => {
  const old = await hidden([], []);
  for (const file of readdirSync(old.folder).filter((one) =>
    /\.ism[va]$/.test(one),
  ))
    patchFile(join(old.folder, file), (bytes) => {
      // A clock of half the speed in the file: all its times last twice as long.
      const at = bytes.indexOf("mdhd") + 4 + 4 + 16;
      expect(bytes.readUInt32BE(at)).toBe(10_000_000);
      bytes.writeUInt32BE(5_000_000, at);
    });
  rmSync(old.ismc);
  const { made, mends, frames } = await repaired(old);
  expect(mends).toContain("timescale");
  expect(frames).toEqual(expected);
  expect(made.durationSeconds).toBe(10.24);
});

describe("only the key would let repair", () => {
  test("fill a gap: it refuses, and says what helps", async () => {
    const { ism, folder } = await foreign(parent);
    const old = await hidden([], []);
    expect(folder).not.toBe(old.folder);
    gapInSound(old);
    await expect(repair(old.ism, { output: newOut() })).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        /clip_eng_48\.isma lacks 2\.005 s before fragment 2/,
      ) as string,
      hint: expect.stringContaining("mss-pack unprotect") as string,
    });
    expect((await planRepair(ism)).obstacles).toEqual([]);
  });

  test("put silence before a sound that begins later: it stays so, with a note", async () => {
    const old = await hidden([soundBeginsAt(10_000_000n)], [indexless]);
    const { left } = await planRepair(old.ism);
    expect(left.map(({ id }) => id)).toEqual(["late-begin"]);
    const { made } = await repaired(old);
    expect(made.notes.join()).toMatch(/1\.000 s later.*unprotect/);
  });
});

test("a sample that differs is no proof", async () => {
  const { proveSamples } = await import("../../src/pipeline/sample-proof.js");
  const { tracksToMend } = await import("../../src/pipeline/mend-tracks.js");
  const { lookAtPackage } = await import("../../src/repair/look-at-package.js");
  const old = await hidden([], [indexless]);
  const seen = await lookAtPackage(old.ism, { isWhole: true });
  const { tracks } = await tracksToMend(old.ism, seen);
  const { made } = await repaired(old);
  const [track] = tracks;
  if (track === undefined) throw new Error("no track");
  const bytes = readFileSync(join(made.folder, track.file));
  const prove = () => proveSamples(track, made.folder, 128);
  expect(await prove()).toMatchObject({ same: 128 });
  for (const at of [bytes.indexOf("mdat") + 40, bytes.indexOf("senc") + 40]) {
    const own = Buffer.from(bytes);
    const place = at > 40 ? at : bytes.indexOf("a2394f52", 0, "hex") + 30;
    own[place] = (own[place] ?? 0) ^ 1;
    writeFileSync(join(made.folder, track.file), own);
    await expect(prove()).rejects.toMatchObject({ code: "verify" });
  }
});
