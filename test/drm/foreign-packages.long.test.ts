import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { protectionOf } from "../../src/drm/index.js";
import { findTools, type Tools } from "../../src/ffmpeg/find.js";
import {
  contentKey as makeKey,
  protectPackage,
  unprotectPackage,
} from "../../src/index.js";
import { readPackage } from "../../src/smooth/read-package.js";
import { describeFinding, faultsIn } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import { framesOf, tracksIn } from "../foreign/frames.js";
import {
  beginsAt,
  foreign,
  fragmentFolders,
  indexless,
  lostClientManifest,
  oneFile,
  plainFiles,
  subfolder,
  textFile,
  untold,
  utf16,
  type ForeignPackage,
  type Layout,
} from "../foreign/layouts.js";
import { replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import { readSources, writePackage, type Source } from "./layouts/package.js";
import type { Layout as FileLayout } from "./layouts/write-file.js";
import { KEY, KID, REQUEST } from "./package.js";

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

async function protect(ism: string): Promise<string> {
  const options = { output: newOut(), protection: REQUEST, fsync: false };
  return (await protectPackage(ism, options)).manifest;
}

async function unprotect(ism: string): Promise<string> {
  const options = { output: newOut(), contentKey, fsync: false };
  return (await unprotectPackage(ism, options)).manifest;
}

const tracksOf = async (ism: string) =>
  tracksIn(await framesOf(tools, join(ism, "..")));

async function requireSound(ism: string): Promise<void> {
  const { findings } = await verify(ism, { decodeWith: tools, contentKey });
  expect(faultsIn(findings).map(describeFinding)).toEqual([]);
}

/** All bytes of a folder, and of folders in it. */
function bytesIn(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory()
        ? bytesIn(path)
        : [path, readFileSync(path, "latin1")];
    });
}

const SAME: [what: string, layouts: Layout[]][] = [
  ["no client manifest", [lostClientManifest]],
  ["no client manifest, no tfxd", [untold, lostClientManifest]],
  [
    "no client manifest, several tracks in a file",
    [oneFile(), lostClientManifest],
  ],
  ["no client manifest, no index", [indexless, lostClientManifest]],
  ["a folder for each track", [fragmentFolders]],
  [
    "a folder for each track, no client manifest",
    [fragmentFolders, lostClientManifest],
  ],
  ["media in a folder below", [subfolder]],
  ["manifests in UTF-16", [utf16, untold]],
  ["a wall clock", [beginsAt(15_589_466_996_501_875n)]],
];

describe("a package is protected and unprotected, frame by frame, with", () => {
  test.for(SAME)("%s", async ([, layouts]) => {
    const { ism, folder } = await foreign(parent, ...layouts);
    const before = bytesIn(folder);
    const hidden = await protect(ism);
    await requireSound(hidden);
    const { streams, protection, isMade } = await readPackage(hidden);
    expect(isMade).toBeUndefined();
    expect(protection?.data).toEqual(Buffer.from(protectionOf(REQUEST).data));
    for (const { tracks } of streams)
      for (const { encryption } of tracks) expect(encryption).toBe("piff");
    expect(await tracksOf(await unprotect(hidden))).toEqual(expected);
    expect(bytesIn(folder)).toEqual(before);
  });

  test("plain MP4s", async () => {
    const { ism } = await foreign(parent, plainFiles);
    const hidden = await protect(ism);
    await requireSound(hidden);
    const clear = await tracksOf(await unprotect(hidden));
    expect(clear).toHaveLength(3);
    expect(clear[0]).not.toBe(clear[1]);
  });
});

test("text stays in the clear, in each layout", async () => {
  for (const layouts of [[textFile], [textFile, lostClientManifest]]) {
    const { ism, folder } = await foreign(parent, ...layouts);
    const [text = ""] = readdirSync(folder).filter((name) =>
      name.endsWith(".ismt"),
    );
    const hidden = await protect(ism);
    const bytes = readFileSync(join(folder, text));
    expect(readFileSync(join(hidden, "..", text)).equals(bytes)).toBe(true);
    const clear = await unprotect(hidden);
    expect(readFileSync(join(clear, "..", text)).equals(bytes)).toBe(true);
  }
});

describe("packages of several tracks in a file are protected and unprotected,", () => {
  test.each<[string, FileLayout]>([
    ["tracks in turn", {}],
    ["tracks one after the other", { order: "apart" }],
    ["without an index", { index: "none", time: "tfxd" }],
    ["with two truns and a base-data-offset", { truns: 2, base: "file" }],
    ["with a tfdt", { time: "tfdt" }],
  ])("%s", async (_, layout) => {
    const hidden = await protect(writePackage(parent, source, layout));
    await requireSound(hidden);
    expect(await tracksOf(await unprotect(hidden))).toEqual(expected);
  });
});

const [kid, key] = [Buffer.from(KID), Buffer.from(KEY)];
const header = Buffer.from(protectionOf(REQUEST).data);

/** PIFF 1.1: no saiz and no saio, all tracks in one file, times in the index alone. */
const microsofts = (layout: FileLayout = {}) =>
  writePackage(parent, source, { encryption: { kid, key }, header, ...layout });

/** No licence header anywhere. */
const bare = () =>
  writePackage(parent, source, { encryption: { kid, key }, time: "tfxd" });

const ofHidden = (ism: string): ForeignPackage => ({
  folder: join(ism, ".."),
  ism,
  ismc: join(ism, "../clip.ismc"),
});

describe("what another maker has protected is unprotected:", () => {
  test.each<[string, () => string | Promise<string>]>([
    ["as Microsoft wrote PIFF 1.1", () => microsofts()],
    [
      "with its header in the media alone",
      () => {
        const ism = microsofts();
        replaceText(ofHidden(ism).ismc, /<Protection>.*<\/Protection>/, "");
        return ism;
      },
    ],
    [
      "with its header in the client manifest alone",
      () => {
        const ism = microsofts();
        const own = bare();
        const { ismc } = ofHidden(own);
        const text = readFileSync(ofHidden(ism).ismc, "utf8");
        replaceText(ismc, /[^]*/, text);
        return own;
      },
    ],
    ["with no header at all", () => bare()],
    [
      "without a client manifest",
      () => {
        const ism = microsofts({ time: "tfxd" });
        rmSync(ofHidden(ism).ismc);
        return ism;
      },
    ],
    [
      "in folders of fragments",
      async () => {
        const { ism } = await foreign(parent);
        const hidden = await protect(ism);
        fragmentFolders(ofHidden(hidden));
        return hidden;
      },
    ],
    [
      "in folders of fragments, without a client manifest",
      async () => {
        const { ism } = await foreign(parent);
        const hidden = ofHidden(await protect(ism));
        fragmentFolders(hidden);
        rmSync(hidden.ismc);
        return hidden.ism;
      },
    ],
    [
      "in a folder below, in UTF-16",
      async () => {
        const { ism } = await foreign(parent);
        const hidden = ofHidden(await protect(ism));
        subfolder(hidden);
        utf16(hidden);
        return hidden.ism;
      },
    ],
  ])("%s", async (_, make) => {
    const ism = await make();
    const before = bytesIn(join(ism, ".."));
    const clear = await unprotect(ism);
    await requireSound(clear);
    expect(await tracksOf(clear)).toEqual(expected);
    expect((await readPackage(clear)).protection).toBeUndefined();
    expect(bytesIn(join(ism, ".."))).toEqual(before);
  });

  test.each<[string, (hidden: ForeignPackage) => void]>([
    ["as it stands", () => undefined],
    ["that is remade", below],
  ])(
    "but not with another key of the same ID, in a package without a checksum %s",
    async (_, layout) => {
      const hidden = ofHidden(bare());
      layout(hidden);
      const options = { output: newOut(), contentKey: OTHER, fsync: false };
      await expect(unprotectPackage(hidden.ism, options)).rejects.toThrow(
        /another key|decod/,
      );
      expect(() => readdirSync(options.output)).toThrow();
    },
  );
});

test.each(["piff", "cenc"] as const)(
  "the manifest that is made of media in %s has their licence header",
  async (encryption) => {
    const { ism } = await foreign(parent);
    const protection = { ...REQUEST, encryption };
    const options = { output: newOut(), protection, fsync: false };
    const hidden = ofHidden((await protectPackage(ism, options)).manifest);
    rmSync(hidden.ismc);
    const read = await readPackage(hidden.ism);
    expect(Buffer.from(read.protection?.data ?? [])).toEqual(header);
  },
);

const OTHER = makeKey(
  KID,
  Buffer.from("b1946ac92492d2347c6235b4d2611184", "hex"),
);

/** Media in a folder below, which cannot be edited beside their .ism. */
function below({ folder, ism }: ForeignPackage): void {
  mkdirSync(join(folder, "media"));
  renameSync(join(folder, "clip.ismv"), join(folder, "media/clip.ismv"));
  replaceText(ism, /src="clip\.ismv"/g, 'src="media/clip.ismv"');
}

describe("a sentence says why a package is not protected:", () => {
  test("a fault, with what mends it", async () => {
    const { ism, folder } = await foreign(parent);
    rmSync(join(folder, "clip_25.ismv"));
    await expect(protect(ism)).rejects.toMatchObject({
      code: "verify",
      hint: expect.stringContaining("mss-pack repair") as string,
    });
  });
});
