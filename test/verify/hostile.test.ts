import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { filesOf } from "../../src/output/refusals.js";
import { describeFinding } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import {
  writeFixturePackage,
  type WrittenPackage,
} from "../support/fixtures.js";
import { patchFile, payloadOf, replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
const VIDEO = "clip_60.ismv";
let written: WrittenPackage;

beforeEach(async () => {
  written = await writeFixturePackage(parent);
});

const inIsmc = (from: string | RegExp, to: string) => () =>
  replaceText(join(written.folder, "clip.ismc"), from, to);
const inIsm = (from: string | RegExp, to: string) => () =>
  replaceText(written.ism, from, to);
const inVideo = (change: (bytes: Buffer) => void) => () =>
  patchFile(join(written.folder, VIDEO), change);

/** Where entry `i`, counted from 0, of the first tfra says that its moof is. */
const moofOffset = (bytes: Buffer, i: number) =>
  payloadOf(bytes, "tfra") + 16 + 19 * i + 8;

/** Ten thousand elements in one another. */
const deep = (name: string) =>
  `<${name}>`.repeat(10_000) + `</${name}>`.repeat(10_000);

type Lie = readonly [what: string, plant: () => void, finding: RegExp];

/** Most of these once crashed, hung, filled the memory or went unsaid; the reason stands behind them. */
const lies: readonly Lie[] = [
  [
    "a milliard of fragments in one c: each was written out",
    () => {
      inIsmc('<c d="20000000"/>', '<c d="20000000" r="1e9"/>')();
      inIsmc('MinorVersion="0"', 'MinorVersion="2"')();
    },
    /number of fragments in the index is 3, expected 1000000002/,
  ],
  [
    "fragments without end: each was written out",
    inIsmc('<c d="20000000"/>', '<c d="20000000" r="1e999"/>'),
    /StreamIndex video Chunks is 3, expected Infinity/,
  ],
  [
    "a client manifest of elements in one another: the stack ran full",
    inIsmc("<StreamIndex", `${deep("a")}<StreamIndex`),
    /file: clip.ismc: .*more than 32 elements in one another/,
  ],
  [
    "200,000 levels: too many arguments for Math.max",
    inIsmc(
      "</StreamIndex>",
      `${"<QualityLevel/>".repeat(200_000)}</StreamIndex>`,
    ),
    /QualityLevels is 2, expected 200002/,
  ],
  [
    "more elements than any manifest has: they fill the memory",
    inIsmc("</StreamIndex>", `${"<c/>".repeat(300_000)}</StreamIndex>`),
    /file: clip.ismc: .*more than 300000 elements/,
  ],
  [
    "an element of more attributes than any has: a million fill the memory",
    inIsmc(
      "<c ",
      `<c ${Array.from({ length: 99 }, (_, i) => `a${i}=""`).join(" ")} `,
    ),
    /file: clip.ismc: .*more than 64 attributes/,
  ],
  [
    "entities made of entities: none is expanded",
    inIsmc(
      /\?>\s*<(\w+)/,
      '?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><$1 Lol="&b;"',
    ),
    /file: clip.ismc: .*undefined entity/,
  ],
  [
    "a moof beyond the end of the file",
    inVideo((bytes) => {
      bytes.writeBigUInt64BE(2n ** 60n, moofOffset(bytes, 1));
    }),
    /index: clip_60.ismv: position of entry 2 is 11529215046068\d+, expected \d+ to \d+/,
  ],
  [
    "an index that goes back and forth: the same fragments were read again and again",
    inVideo((bytes) => {
      bytes.writeBigUInt64BE(8n, moofOffset(bytes, 2));
    }),
    /index: clip_60.ismv: position of entry 3 is 8, expected/,
  ],
  [
    "more entries in the index than it has bytes for",
    inVideo((bytes) => {
      bytes.writeUInt32BE(4, payloadOf(bytes, "tfra") + 12);
    }),
    /index: clip_60.ismv: cannot be parsed: tfra at \d+ is damaged/,
  ],
  [
    "four milliards of samples without fields: each was counted",
    inVideo((bytes) => {
      const trun = payloadOf(bytes, "trun");
      bytes.writeUInt32BE(0x01000005, trun);
      bytes.writeUInt32BE(0xffffffff, trun + 4);
    }),
    /fragment: clip_60.ismv, fragment 1: no moof .* \(trun claims 4294967295 samples of 0 bytes/,
  ],
  [
    "a moov whose child is larger than it: the rest went unread without a word",
    inVideo((bytes) => {
      bytes.writeUInt32BE(0xffff, payloadOf(bytes, "trex") - 8);
    }),
    /header: clip_60.ismv: cannot be parsed: no box at \d+ in mvex/,
  ],
];

describe("a package that lies has findings:", () => {
  test.each(lies)("%s", async (_, plant, finding) => {
    plant();
    const { findings } = await verify(written.ism);
    const sentences = findings.map((f) => `${f.rule}: ${describeFinding(f)}`);
    expect(sentences.join("\n")).toMatch(finding);
  });

  test("a client manifest outside the folder: it was read", async () => {
    const outside = join(parent, "outside.ismc");
    copyFileSync(join(written.folder, "clip.ismc"), outside);
    inIsm('content="clip.ismc"', 'content="../outside.ismc"')();
    const { findings, tracks } = await verify(written.ism);
    expect(tracks).toEqual([]);
    expect(findings.map(describeFinding)).toEqual([
      'clip.ism: clientManifestRelativePath is "../outside.ismc", expected the name of a file in the same folder.',
    ]);
  });

  test.skipIf(process.platform === "win32")(
    "a named pipe in place of a media file: to open it waits for ever",
    async () => {
      const path = join(written.folder, VIDEO);
      rmSync(path);
      execFileSync("mkfifo", [path]);
      const { findings } = await verify(written.ism);
      expect(findings.map(describeFinding)).toContain(
        `${VIDEO}: cannot be opened (it is not a file).`,
      );
    },
  );
});

describe("in place of a server manifest", () => {
  const refusal = (message: string, hint: string) => ({
    code: "input",
    message: expect.stringContaining(message) as string,
    hint,
  });

  test("a folder is refused, with the manifest that lies in it", async () => {
    await expect(verify(written.folder)).rejects.toMatchObject(
      refusal("is a folder. Expected the .ism", `Give ${written.ism}.`),
    );
    const empty = join(parent, "empty");
    mkdirSync(empty, { recursive: true });
    await expect(verify(empty)).rejects.toMatchObject(
      refusal("is a folder.", "Give the .ism file of a package."),
    );
  });

  test("an MP4 is refused, with the manifest that lies beside it", async () => {
    const path = join(written.folder, "clip.mp4");
    await expect(verify(path)).rejects.toMatchObject(
      refusal(
        "clip.mp4: is not a server manifest but a media file.",
        `Give ${written.ism}.`,
      ),
    );
  });

  test("elements in one another are refused: the stack ran full", async () => {
    writeFileSync(written.ism, deep("smil"));
    await expect(verify(written.ism)).rejects.toMatchObject({
      code: "input",
      message: expect.stringContaining("more than 32 elements") as string,
    });
    expect(await filesOf(written.ism)).toEqual([]);
  });

  test("a file larger than any manifest is refused before it is read", async () => {
    writeFileSync(written.ism, Buffer.alloc(6 * 1024 * 1024 + 1, 32));
    await expect(verify(written.ism)).rejects.toMatchObject({
      code: "input",
      message: expect.stringContaining(
        "6291457 bytes, expected at most 6291456",
      ) as string,
    });
  });
});

/** A regular file that can be opened, and whose disk refuses to read its first byte: EIO. */
const UNREADABLE = "/proc/self/mem";

test.skipIf(!existsSync(UNREADABLE))(
  "a track that the disk refuses to read is a finding, and the others are checked all the same",
  async () => {
    rmSync(join(written.folder, VIDEO));
    symlinkSync(UNREADABLE, join(written.folder, VIDEO));
    const { findings, tracks } = await verify(written.ism);
    expect(findings).toContainEqual({
      level: "fault",
      rule: "file",
      file: VIDEO,
      message: "cannot be read (i/o error)",
    });
    expect(tracks.map(({ file }) => file)).toContain("clip_eng_48.isma");
  },
);
