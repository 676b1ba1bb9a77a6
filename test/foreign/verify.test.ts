import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { findTools, type Tools } from "../../src/ffmpeg/find.js";
import { describeFinding } from "../../src/verify/finding.js";
import { verify, type VerifyOptions } from "../../src/verify/verify.js";
import { tempFolder } from "../support/temp.js";
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
  soundBeginsAt,
  subfolder,
  textFile,
  untold,
  utf16,
  type Layout,
} from "./layouts.js";

const parent = tempFolder();
let tools: Tools;

beforeAll(async () => {
  tools = await findTools({});
});

async function found(ism: string, options: VerifyOptions = {}) {
  const { findings, tracks } = await verify(ism, options);
  const said = (level: string) =>
    findings.filter((one) => one.level === level).map(describeFinding);
  return { faults: said("fault"), notes: said("note"), tracks };
}

const LEGAL: [what: string, layouts: Layout[], note: RegExp | undefined][] = [
  ["no tfxd", [untold], /no tfxd box/],
  ["an index of 32 bits", [shortIndex], undefined],
  ["no index", [indexless], /has no mfra/],
  ["an index of no track", [emptyIndex], /has no mfra/],
  ["no index and no tfxd", [untold, indexless], /has no mfra/],
  ["several tracks in a file", [oneFile()], /sequence_number in mfhd is 4/],
  ["the same, untold", [oneFile({ isTold: false })], /no tfxd box/],
  ["the same without an index", [oneFile({ isIndexless: true })], /no mfra/],
  [
    "a wall clock",
    [beginsAt(15_589_466_996_501_875n)],
    /first fragment is 155/,
  ],
  ["sound that begins later", [soundBeginsAt(10_000_000n)], /first fragment/],
  ["levels of one bitrate", [customAttributes], /measured average is/],
  ["media in a subfolder", [subfolder], undefined],
  ["manifests in UTF-16", [utf16], undefined],
  ["a folder for each track", [fragmentFolders], /is a folder with a file/],
  ["captions", [textFile], /FourCC is DFXP, expected TTML/],
  ["a delayed rung", [offsetOf(400_000)], /unlike that of another rung/],
  ["plain files", [plainFiles], /is an MP4 that is not cut/],
];

describe("a legal layout has notes, and no fault:", () => {
  test.for(LEGAL)("%s", async ([, layouts, note]) => {
    const { ism } = await foreign(parent, ...layouts);
    const { faults, notes } = await found(ism, { decodeWith: tools });
    expect(faults).toEqual([]);
    if (note === undefined) expect(notes).toEqual([]);
    else expect(notes.join("\n")).toMatch(note);
    // Once a package: the note, and how often it came.
    const kinds = notes.map((text) => text.replace(/^[^:]*: |\d+/g, ""));
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});

describe("damage is a fault in another maker's layout, too:", () => {
  const SOUND = "clip_eng_48.isma";

  test("a gap, with its length", async () => {
    for (const layouts of [[gapInSound], [gapInSound, untold]]) {
      const { ism } = await foreign(parent, ...layouts);
      expect((await found(ism)).faults).toEqual([
        `${SOUND}, fragment 1: end before a gap of 2.005 s is 20053333, expected 40106667.`,
      ]);
    }
  });

  test("a file that was cut off", async () => {
    const { ism, folder } = await foreign(parent, untold);
    const path = join(folder, SOUND);
    truncateSync(path, readFileSync(path).length >> 1);
    const { faults } = await found(ism);
    expect(faults.join("\n")).toMatch(
      /^clip_eng_48\.isma: is cut off: mdat at \d+ claims/,
    );
  });

  test("a first time before 0", async () => {
    const { ism } = await foreign(parent, beginsAt(-213_333n), indexless);
    const { faults } = await found(ism);
    expect(faults[0]).toMatch(/time of the first fragment is -213333/);
  });

  test("a client manifest that the .ism names and that is lost", async () => {
    const { ism } = await foreign(parent, lostClientManifest);
    const { faults, tracks } = await found(ism);
    expect(faults).toEqual([expect.stringMatching(/^clip\.ismc: .*cannot be/)]);
    expect(tracks).toHaveLength(3);
  });

  test("a picture of a file with several tracks", async () => {
    const { ism, folder } = await foreign(parent, oneFile());
    const path = join(folder, "clip.ismv");
    const bytes = readFileSync(path);
    let at = bytes.indexOf("mdat");
    for (let i = 0; i < 3; i++) at = bytes.indexOf("mdat", at + 4);
    bytes.fill(0x55, at + 500, at + 1500);
    writeFileSync(path, bytes);
    const { faults } = await found(ism, { decodeWith: tools });
    expect(faults.join("\n")).toMatch(/ffmpeg complains while decoding/);
  });
});

describe("a media file alone", () => {
  test("is an input, and each of its tracks is checked", async () => {
    const { folder } = await foreign(parent, oneFile());
    const path = join(folder, "clip.ismv");
    const { faults, tracks } = await found(path, { decodeWith: tools });
    expect(faults).toEqual([]);
    expect(tracks.map(({ kind, samples }) => [kind, samples])).toEqual([
      ["video", 128],
      ["video", 128],
      ["audio", 240],
    ]);
  });
});
