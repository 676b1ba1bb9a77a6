import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findMends, MENDS } from "../../src/repair/find-mends.js";
import { findObstacles } from "../../src/repair/find-obstacles.js";
import { lookAtPackage } from "../../src/repair/look-at-package.js";
import { readSources, writePackage } from "../drm/layouts/package.js";
import {
  beginsAt,
  customAttributes,
  emptyIndex,
  foreign,
  fragmentFolders,
  gapInSound,
  indexless,
  lostClientManifest,
  offsetOf,
  oneFile,
  plainFiles,
  shortIndex,
  shortTimes,
  soundBeginsAt,
  subfolder,
  textFile,
  untold,
  utf16,
  type Layout,
} from "../foreign/layouts.js";
import { remake } from "../foreign/film-file.js";
import { patchFile, replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
const HIGH = "clip_60.ismv";
const SOUND = "clip_eng_48.isma";

async function found(ism: string, isWhole: boolean) {
  return findMends(await lookAtPackage(ism, { isWhole }));
}

const idsOf = (mends: Awaited<ReturnType<typeof found>>) =>
  mends.map(({ id }) => id);

const inManifest =
  (from: string | RegExp, to: string): Layout =>
  ({ ismc }) =>
    replaceText(ismc, from, to);

/** -213333, as 64 bits without a sign. */
const EARLY = 't="18446744073709338283"';

const cutOff: Layout = ({ folder }) =>
  truncateSync(
    join(folder, SOUND),
    readFileSync(join(folder, SOUND)).length >> 1,
  );

/** The index of a file leads elsewhere. */
const strayIndex: Layout = ({ folder }) =>
  patchFile(join(folder, SOUND), (bytes) => {
    const first = bytes.indexOf("tfra") + 20 + 8;
    bytes.writeBigUInt64BE(bytes.readBigUInt64BE(first) + 8n, first);
  });

/** An index that leaves the second of three fragments out. */
const shortOfOne: Layout = ({ folder }) =>
  patchFile(join(folder, SOUND), (bytes) => {
    const rows = bytes.indexOf("tfra") + 20;
    bytes.copy(bytes, rows + 19, rows, rows + 19);
  });

/** Composition offsets in a trun without a sign. */
const unsignedOffsets: Layout = ({ folder }) =>
  patchFile(join(folder, HIGH), (bytes) => {
    for (
      let at = bytes.indexOf("trun");
      at > 0;
      at = bytes.indexOf("trun", at + 4)
    )
      bytes[at + 4] = 0;
  });

const lostServerManifest: Layout = ({ ism }) => rmSync(ism);

const QUICK: [what: string, layouts: Layout[], ids: string[]][] = [
  ["our own", [], []],
  ["no tfxd", [untold], ["tfxd-missing"]],
  ["an index of 32 bits", [shortIndex], []],
  ["no index", [indexless], ["mfra-missing"]],
  ["an index of no track", [emptyIndex], ["mfra-missing"]],
  ["several tracks in a file", [oneFile()], ["several-tracks"]],
  [
    "the same without index and tfxd",
    [oneFile({ isTold: false, isIndexless: true })],
    ["several-tracks", "mfra-missing", "tfxd-missing"],
  ],
  ["a wall clock", [beginsAt(15_589_466_996_501_875n)], ["first-time"]],
  ["a time before 0", [beginsAt(-213_333n)], ["first-time"]],
  [
    "a time before 0 that its manifest calls 0",
    [
      beginsAt(-213_333n),
      inManifest(`${EARLY} d="20000000"`, 't="0" d="19786667"'),
      inManifest(`${EARLY} d="20053333"`, 't="0" d="19840000"'),
    ],
    ["first-time"],
  ],
  ["sound that begins later", [soundBeginsAt(10_000_000n)], ["late-begin"]],
  [
    "levels of one bitrate",
    [customAttributes],
    ["custom-attributes", "bitrate"],
  ],
  ["media in a subfolder", [subfolder], []],
  ["manifests in UTF-16", [utf16], []],
  ["a folder for each track", [fragmentFolders], ["fragment-folder"]],
  ["captions", [textFile], []],
  ["a delayed rung", [offsetOf(400_000)], ["cts-offset"]],
  ["plain files", [plainFiles], ["ismc-lost", "plain-mp4"]],
  ["a gap", [gapInSound], ["gap"]],
  ["a gap, untold", [gapInSound, untold], ["tfxd-missing", "gap"]],
  ["a lost client manifest", [lostClientManifest], ["ismc-lost"]],
  [
    "a client manifest that is no XML",
    [inManifest("</SmoothStreamingMedia>", "")],
    ["ismc-lost"],
  ],
  ["a lost .ism", [lostServerManifest], ["ism-lost"]],
  [
    "a left-over IsLive",
    [inManifest('MajorVersion="2"', 'MajorVersion="2" IsLive="TRUE"')],
    ["is-live"],
  ],
  ["AACH", [inManifest("AACL", "AACH")], ["fourcc"]],
  [
    "a level that the .ism has not",
    [inManifest(/(<QualityLevel Index="1" Bitrate=")\d+/, "$1777")],
    ["manifests-disagree"],
  ],
  [
    "a stream that the .ism has not",
    [inManifest('Name="audio"', 'Name="other"')],
    ["manifests-disagree"],
  ],
  [
    "a short duration",
    [inManifest(/ Duration="\d+"/, ' Duration="1"')],
    ["duration"],
  ],
  ["a file that was cut off", [cutOff], ["cut-off", "mfra-missing"]],
  ["an index that leads elsewhere", [strayIndex], ["mfra-wrong"]],
];

describe("a quick look, and reading each fragment, show the mends of", () => {
  test.for(QUICK)("%s", async ([, layouts, ids]) => {
    const { ism } = await foreign(parent, ...layouts);
    expect(idsOf(await found(ism, false))).toEqual(ids);
    expect(idsOf(await found(ism, true))).toEqual(ids);
  });
});

test("ticks of another clock in the client manifest are a mend", async () => {
  const stream = 'Name="audio" ';
  const layout = inManifest(stream, `${stream}TimeScale="90000" `);
  const { ism } = await foreign(parent, layout);
  expect(idsOf(await found(ism, false))).toContain("timescale");
});

test("times of 32 bits are a mend, and that they begin again at 0", async () => {
  const { ism } = await foreign(parent, shortTimes);
  expect(idsOf(await found(ism, true))).toEqual(["tfxd-short"]);
  const late = beginsAt(2n ** 32n - 10_000_000n);
  const wrapped = await foreign(parent, late, shortTimes);
  const mends = await found(wrapped.ism, true);
  expect(idsOf(mends)).toEqual(["tfxd-short", "time-wrapped", "first-time"]);
  expect(mends[1]?.places).toContainEqual({
    file: HIGH,
    detail: "at fragment 2",
  });
});

test("only each fragment shows an index that leaves one out", async () => {
  const { ism } = await foreign(parent, shortOfOne);
  expect(idsOf(await found(ism, false))).not.toContain("mfra-wrong");
  const mends = await found(ism, true);
  expect(mends.find(({ id }) => id === "mfra-wrong")?.places).toEqual([
    { file: SOUND, detail: "leaves 1 fragments out" },
  ]);
});

test("offsets without a sign are a mend where there are negative ones", async () => {
  const { ism } = await foreign(parent, unsignedOffsets);
  const [mend] = await found(ism, true);
  expect(mend).toMatchObject({ id: "trun-version", places: [{ file: HIGH }] });
});

test("a place names the track, where a file has several", async () => {
  const { ism } = await foreign(parent, oneFile({ isTold: false }));
  const mends = await found(ism, true);
  const places = mends.find(({ id }) => id === "tfxd-missing")?.places;
  expect(places?.map(({ detail }) => detail)).toEqual([
    "track 1: all",
    "track 2: all",
    "track 3: all",
  ]);
});

describe("an obstacle is named, with what helps:", () => {
  const obstacles = async (ism: string) =>
    findObstacles(await lookAtPackage(ism));

  test("none in the layouts above", async () => {
    for (const [, layouts] of QUICK) {
      const { ism } = await foreign(parent, ...layouts);
      expect(await obstacles(ism)).toEqual([]);
    }
  });

  test("a lost file", async () => {
    const { ism, folder } = await foreign(parent);
    rmSync(join(folder, SOUND));
    expect(await obstacles(ism)).toMatchObject([
      { id: "lost", file: SOUND, why: "is not there" },
    ]);
  });

  test("a file that is none", async () => {
    const { ism, folder } = await foreign(parent);
    writeFileSync(join(folder, SOUND), "nothing");
    expect(await obstacles(ism)).toMatchObject([
      { id: "unreadable", file: SOUND, why: "no moov box found" },
    ]);
  });

  test("fragments out of order", async () => {
    const { ism, folder } = await foreign(parent);
    remake(join(folder, SOUND), ({ fragments, ...film }) => ({
      ...film,
      fragments: fragments.toReversed(),
    }));
    const seen = await lookAtPackage(ism, { isWhole: true });
    expect(findObstacles(seen)).toMatchObject([
      {
        ...{ id: "order", file: SOUND },
        why: "has fragment 2 at 20053333, and the one before at 40106667",
      },
    ]);
  });

  test("a codec that is not taken as it is", async () => {
    const { ism, folder } = await foreign(parent);
    patchFile(join(folder, HIGH), (bytes) =>
      bytes.write("vc-1", bytes.indexOf("avc1"), "latin1"),
    );
    const [obstacle] = await obstacles(ism);
    expect(obstacle).toMatchObject({ id: "codec", file: HIGH });
    expect(obstacle?.why).toBe("is vc-1, which is not taken as it is");
    expect(obstacle?.hint).toMatch(/encodes it/);
  });

  test("no protection: its missing boxes and header are mends", async () => {
    const encryption = { kid: Buffer.alloc(16, 1), key: Buffer.alloc(16, 2) };
    const ism = writePackage(parent, await readSources(parent), { encryption });
    const seen = await lookAtPackage(ism, { isWhole: true });
    expect(findObstacles(seen)).toEqual([]);
    const ids = idsOf(findMends(seen));
    expect(ids).toEqual(
      expect.arrayContaining(["saiz-missing", "protection-header"]),
    );
  });
});

describe("without an .ism and files of its name,", () => {
  test("there is nothing to look at", async () => {
    const { ism, folder } = await foreign(parent, lostServerManifest);
    mkdirSync(join(folder, "other"));
    const other = join(folder, "other", "film.ism");
    renameSync(join(folder, HIGH), join(folder, "other", "film2.ismv"));
    await expect(lookAtPackage(other)).rejects.toThrow(
      "film.ism: is not there, and no .ismv or .isma beside it has its name.",
    );
    const { tracks } = await lookAtPackage(ism);
    expect(tracks.map(({ src, kind }) => [src, kind])).toEqual([
      ["clip_25.ismv", "video"],
      [SOUND, "audio"],
    ]);
  });
});

test("each mend has an id of its own, and words", () => {
  expect(new Set(MENDS.map(({ id }) => id)).size).toBe(MENDS.length);
  for (const { id, wrong, mend } of MENDS) {
    expect(id).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
    for (const words of [wrong, mend]) expect(words).not.toMatch(/[.;]$/);
  }
});
