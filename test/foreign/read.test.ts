import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeClientManifest } from "../../src/smooth/make-manifest.js";
import {
  readPackage,
  type ReadPackage,
} from "../../src/smooth/read-package.js";
import { replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import {
  beginsAt,
  customAttributes,
  FILES,
  foreign,
  fragmentFolders,
  gapInSound,
  indexless,
  lostClientManifest,
  oneFile,
  plainFiles,
  shortIndex,
  soundBeginsAt,
  subfolder,
  textFile,
  untold,
  utf16,
  type Layout,
} from "./layouts.js";

const parent = tempFolder();

/** When the fragments of each track begin, by its place in the package. */
function timesOf({ streams }: ReadPackage): bigint[][] {
  return streams.flatMap(({ tracks }) =>
    tracks.map(({ fragments }) => [...fragments.time]),
  );
}

const PICTURE = [0n, 20_000_000n, 40_000_000n];
const SOUND = [0n, 20_053_333n, 40_106_667n];
const DAY = 15_589_466_996_501_875n;

const LAYOUTS: [what: string, layouts: Layout[], begin: bigint][] = [
  ["no tfxd: times of the index", [untold], 0n],
  ["no tfxd, an index of 32 bits", [shortIndex], 0n],
  ["no index", [indexless], 0n],
  [
    "no index and no tfxd: times of the client manifest",
    [beginsAt(DAY), untold, indexless],
    DAY,
  ],
  ["one file, interleaved", [oneFile()], 0n],
  ["one file, interleaved, without tfxd", [oneFile({ isTold: false })], 0n],
  ["one file without an index", [oneFile({ isIndexless: true })], 0n],
  ["times above 2^53", [beginsAt(DAY)], DAY],
  ["times above 2^53 without an index", [beginsAt(DAY), indexless], DAY],
  [
    "fourteen hours later, one file",
    [beginsAt(504_001_234_567n), oneFile()],
    504_001_234_567n,
  ],
  ["media in a subfolder", [subfolder], 0n],
  ["manifests in UTF-16", [utf16], 0n],
  ["a folder of fragments for each track", [fragmentFolders], 0n],
  ["a lost client manifest", [lostClientManifest], 0n],
  ["a lost client manifest, no tfxd", [untold, lostClientManifest], 0n],
  ["a lost client manifest, one file", [oneFile(), lostClientManifest], 0n],
  [
    "a lost client manifest, folders",
    [fragmentFolders, lostClientManifest],
    0n,
  ],
  [
    "a lost client manifest, fourteen hours later",
    [beginsAt(504_001_234_567n), lostClientManifest],
    504_001_234_567n,
  ],
];

describe("the reader of packages reads", () => {
  test.for(LAYOUTS)("%s", async ([, layouts, begin]) => {
    const { ism } = await foreign(parent, ...layouts);
    const read = await readPackage(ism);
    const at = (times: bigint[]) => times.map((time) => time + begin);
    const expected = [PICTURE, PICTURE, SOUND].map(at);
    expect(timesOf(read)).toEqual(expected);
    expect(read.streams.map(({ times }) => [...times])).toEqual(
      expected.slice(1),
    );
    expect(
      read.streams.map(({ durations }) => durations.reduce((a, b) => a + b)),
    ).toEqual([51_200_000, 51_200_000]);
    expect(read.streams.map(({ kind, language }) => [kind, language])).toEqual([
      ["video", "und"],
      ["audio", "eng"],
    ]);
    expect(read.duration).toBe(51_200_000);
  });

  test("each place: there lies the fragment", async () => {
    const { ism, folder } = await foreign(parent, oneFile(), indexless);
    const { streams } = await readPackage(ism);
    const file = readFileSync(join(folder, "clip.ismv"));
    const tracks = streams.flatMap((stream) => stream.tracks);
    for (const { trackId, fragments } of tracks)
      for (const [i, offset] of fragments.offset.entries()) {
        expect(file.toString("latin1", offset + 4, offset + 8)).toBe("moof");
        const tfhd = file.indexOf("tfhd", offset);
        expect(file.readUInt32BE(tfhd + 8)).toBe(trackId);
        const end = offset + file.readUInt32BE(offset);
        expect(end + file.readUInt32BE(end)).toBe(fragments.end[i]);
      }
  });

  test("sound that begins later", async () => {
    const { ism } = await foreign(parent, soundBeginsAt(10_000_000n), untold);
    expect(timesOf(await readPackage(ism))[2]?.[0]).toBe(10_000_000n);
  });

  test("a first time before 0, at the address that the client manifest gives", async () => {
    for (const layouts of [[], [indexless]]) {
      const early = beginsAt(-213_333n);
      const { ism, ismc } = await foreign(parent, early, ...layouts);
      const sound = [-213_333n, 19_840_000n, 39_893_334n];
      expect(timesOf(await readPackage(ism))[2]).toEqual(sound);
      // ffmpeg's manifests say 0.
      replaceText(
        ismc,
        /t="18446744073709338283" d="(\d+)"/g,
        't="0" d="19840000"',
      );
      expect(timesOf(await readPackage(ism))[2]).toEqual([
        0n,
        ...sound.slice(1),
      ]);
    }
  });

  test("a gap as a gap", async () => {
    for (const layouts of [
      [gapInSound],
      [gapInSound, untold],
      [gapInSound, lostClientManifest],
    ]) {
      const { ism } = await foreign(parent, ...layouts);
      const { streams } = await readPackage(ism);
      expect([...(streams[1]?.times ?? [])]).toEqual([SOUND[0], SOUND[2]]);
      expect(streams[1]?.durations[0]).toBe(20_053_333);
    }
  });

  test("levels of one bitrate, told apart by custom attributes", async () => {
    const { ism } = await foreign(parent, customAttributes);
    const [picture] = (await readPackage(ism)).streams;
    const told = picture?.tracks.map(({ width, attributes }) => [
      width,
      attributes.get("hardwareProfile"),
    ]);
    expect(told).toEqual([
      [320, "1"],
      [160, "2"],
    ]);
    expect(new Set(picture?.tracks.map(({ bitrate }) => bitrate)).size).toBe(1);
  });

  test("captions in an .ismt", async () => {
    const { ism } = await foreign(parent, textFile);
    const text = (await readPackage(ism)).streams[2];
    expect(text).toMatchObject({
      kind: "text",
      name: "text_eng",
      language: "eng",
    });
    expect(text?.tracks[0]).toMatchObject({
      file: "clip_text.ismt",
      codec: "ttml",
    });
    expect(text?.tracks[0]?.fragments.time).toHaveLength(3);
  });
});

describe("plain MP4 files, which Azure's origin cut", () => {
  test("are tracks without fragments, to be cut where all rungs have a key frame", async () => {
    const { ism } = await foreign(parent, plainFiles);
    const { streams, duration, isMade } = await readPackage(ism);
    expect(isMade).toBe(true);
    // The sound of the fixture lasts longer than its picture.
    expect(duration).toBe(74_193_333);
    const [picture, sound] = streams;
    expect([...(picture?.times ?? [])]).toEqual(PICTURE);
    expect(sound?.times[0]).toBe(2_780_000n);
    const tracks = streams.flatMap((stream) => stream.tracks);
    for (const { isPlain, fragments, config } of tracks) {
      expect(isPlain).toBe(true);
      expect(fragments.time).toHaveLength(0);
      expect(config).toBeDefined();
    }
  });
});

describe("a client manifest that is made", () => {
  const packages: [string, Layout[]][] = [
    ["of indexes", []],
    ["of folders", [fragmentFolders]],
    ["of a live archive", [beginsAt(504_001_234_567n)]],
    ["of a gap", [gapInSound]],
    ["of custom attributes", [customAttributes]],
  ];

  test.for(packages)("%s says what the lost one said", async ([, layouts]) => {
    const { ism, ismc } = await foreign(parent, ...layouts);
    const before = await readPackage(ism);
    lostClientManifest({ ism, ismc, folder: dirname(ism) });
    const made = await readPackage(ism);
    writeFileSync(ismc, makeClientManifest(made));
    const after = await readPackage(ism);
    expect(after.isMade).toBeUndefined();
    expect(after.duration).toBe(before.duration);
    expect(after.streams).toEqual(before.streams);
  });
});

describe("what cannot be read is named", () => {
  test("a folder without a header", async () => {
    const { ism, folder } = await foreign(parent, fragmentFolders);
    mkdirSync(join(folder, "other"));
    replaceText(ism, 'src="clip_60"', 'src="other"');
    await expect(readPackage(ism)).rejects.toThrow(
      "other: is a folder without a file named header.",
    );
  });

  test("a file that was cut off", async () => {
    const { ism, folder } = await foreign(parent, untold);
    const [file = ""] = FILES;
    truncateSync(
      join(folder, file),
      readFileSync(join(folder, file)).length >> 1,
    );
    await expect(readPackage(ism)).rejects.toThrow(
      /^clip_60\.ismv: mdat at \d+ claims \d+ bytes, the file ends at/,
    );
  });

  test("a name above the folder, with any separator", async () => {
    for (const name of [
      "..\\clip_60.ismv",
      "media/../../x",
      "/etc/passwd",
      "a//b",
    ]) {
      const { ism } = await foreign(parent);
      replaceText(ism, 'src="clip_60.ismv"', `src="${name}"`);
      await expect(readPackage(ism)).rejects.toThrow(
        "Expected files beside it.",
      );
    }
  });
});
