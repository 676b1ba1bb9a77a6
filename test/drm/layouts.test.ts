import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ClearFile } from "../../src/drm/finished/clear-file.js";
import { protectMedia } from "../../src/pipeline/protect-media.js";
import { clearMedia } from "../../src/pipeline/clear-copy.js";
import { tempFolder } from "../support/temp.js";
import type { Encryption } from "./layouts/encrypt.js";
import {
  hashesOf,
  readSources,
  sha256,
  writePackage,
  type Source,
} from "./layouts/package.js";
import { readSamples } from "./layouts/read-file.js";
import { writeFile, type Layout } from "./layouts/write-file.js";
import { KEY, KID, REQUEST } from "./package.js";

const root = tempFolder();
let source: Source;
beforeAll(async () => {
  source = await readSources(root);
});

const [kid, key] = [Buffer.from(KID), Buffer.from(KEY)];
const MICROSOFTS: Encryption = { kid, key };

/** The file of a package, rewritten by `work` into another folder. */
async function rewritten(
  ism: string,
  work: (
    media: Parameters<typeof clearMedia>[0],
    to: Parameters<typeof clearMedia>[2],
  ) => Promise<unknown>,
): Promise<string> {
  const folder = `${join(ism, "..")}-${(count += 1)}`;
  mkdirSync(folder);
  const path = join(ism, "../clip.ismv");
  const to = {
    ...{ folder, fsync: false, signal: undefined },
    onWritten: () => undefined,
  };
  await work([{ file: "clip.ismv", path, isText: false }], to);
  return join(folder, "clip.ism");
}

let count = 0;

const protect = (ism: string, request = {}) =>
  rewritten(ism, (media, to) =>
    protectMedia(media, { ...REQUEST, ...request }, to),
  );

const unprotect = (ism: string, { contentKey: own } = REQUEST) =>
  rewritten(ism, (media, to) => clearMedia(media, own, to));

const mediaOf = (ism: string) => readFileSync(join(ism, "../clip.ismv"));

const hashesIn = (file: Buffer) =>
  [...readSamples(file, key).values()].map((samples) =>
    samples.map(({ clear }) => sha256(clear)),
  );

/** How many samples of each track are hidden. */
const hiddenIn = (file: Buffer) =>
  [...readSamples(file, key).values()].map(
    (samples) => samples.filter(({ isHidden }) => isHidden).length,
  );

const LAYOUTS: [string, Layout][] = [
  ["tracks in turn, times in an index of 32 bits alone, v0", {}],
  ["tracks one after the other", { order: "apart" }],
  ["a tfxd", { time: "tfxd" }],
  ["a tfdt, and trun of version 1", { time: "tfdt", trunVersion: 1 }],
  ["durations in trex", { durations: "trex" }],
  ["durations in tfhd", { durations: "tfhd" }],
  ["a base-data-offset, the moof", { base: "moof" }],
  ["a base-data-offset, the media", { base: "media" }],
  ["a base-data-offset, the begin of the file", { base: "file" }],
  [
    "a base-data-offset, and a trun without an offset",
    { base: "media", noOffset: true },
  ],
  ["two truns", { truns: 2 }],
  ["three truns after one offset", { truns: 3, oneOffset: true }],
  [
    "three truns without an offset",
    {
      ...{ base: "media", truns: 3, oneOffset: true, noOffset: true },
    },
  ],
  ["a box between moof and mdat", { between: true }],
  ["an mdat of 64 bits", { longMdat: true }],
  ["an index of 64 bits", { index: "long" }],
  ["no index", { index: "none" }],
];

/** All bytes come back where a base-data-offset, if any, is the moof already. */
const isExact = ({ base }: Layout) => base === undefined || base === "moof";

describe.each(LAYOUTS)("three tracks in a file, with %s", (_, layout) => {
  test.each(["piff", "cenc"] as const)(
    "are protected with %s boxes, and unprotected",
    async (encryption) => {
      const ism = writePackage(root, source, layout);
      expect(hashesIn(mediaOf(ism))).toEqual(hashesOf(source));
      const hidden = await protect(ism, { encryption });
      expect(hashesIn(mediaOf(hidden))).toEqual(hashesOf(source));
      expect(hiddenIn(mediaOf(hidden)).every((samples) => samples > 50)).toBe(
        true,
      );
      const clear = mediaOf(await unprotect(hidden));
      expect(hashesIn(clear)).toEqual(hashesOf(source));
      if (isExact(layout)) expect(clear.equals(mediaOf(ism))).toBe(true);
    },
  );

  test("as Microsoft encrypted them are unprotected", async () => {
    const encryption = MICROSOFTS;
    const ism = writePackage(root, source, { ...layout, encryption });
    expect(hashesIn(mediaOf(ism))).toEqual(hashesOf(source));
    const clear = mediaOf(await unprotect(ism));
    expect(hashesIn(clear)).toEqual(hashesOf(source));
    if (isExact(layout))
      expect(clear.equals(writeFile(source.tracks, layout))).toBe(true);
  });
});

describe("PIFF 1.1 is unprotected", () => {
  test.each<[string, Partial<Encryption>]>([
    ["with algorithm and key in each senc", { override: true }],
    ["with vectors of 16 bytes", { ivSize: 16 }],
    ["with a lead in the clear, by an override", { clearLead: "override" }],
    [
      "with a lead in the clear, by a senc of no samples",
      { clearLead: "empty" },
    ],
  ])("%s", async (_, more) => {
    const encryption = { ...MICROSOFTS, ...more };
    const ism = writePackage(root, source, { encryption });
    const clear = mediaOf(await unprotect(ism));
    expect(clear.equals(writeFile(source.tracks, {}))).toBe(true);
  });

  test("beside a track in the clear, whose base-data-offset moves with it", async () => {
    const layout: Layout = {
      ...{ base: "moof", encryption: MICROSOFTS },
      isEncrypted: ({ kind }) => kind === "video",
    };
    const ism = writePackage(root, source, layout);
    const clear = mediaOf(await unprotect(ism));
    expect(clear.equals(writeFile(source.tracks, { base: "moof" }))).toBe(true);
  });

  test("with the key's ID in the order of a GUID", async () => {
    const guid = Buffer.from(KID);
    guid.subarray(0, 4).reverse();
    guid.subarray(4, 6).reverse();
    guid.subarray(6, 8).reverse();
    const encryption = { key, kid: guid, override: true };
    const ism = writePackage(root, source, { encryption });
    const clear = mediaOf(await unprotect(ism));
    expect(clear.equals(writeFile(source.tracks, {}))).toBe(true);
  });
});

describe("a sentence says why a file is not unprotected:", () => {
  const SENC = Buffer.from("a2394f525a9b4f14a2446c427c648df4", "hex");
  const TENC = Buffer.from("8974dbce7be74c5184f97148f9882554", "hex");
  const put =
    (uuid: Buffer, at: number, ...bytes: readonly number[]) =>
    (file: Buffer) =>
      Buffer.from(bytes).copy(file, file.lastIndexOf(uuid) + at);

  test.each<[string, (file: Buffer) => unknown, RegExp]>([
    [
      "a senc of more samples than it has bytes",
      put(SENC, 20, 0, 0, 0xff, 0xff),
      /fragment at byte \d+: senc claims 65535 samples/,
    ],
    [
      "a senc of fewer samples than the trun",
      (file) => {
        const at = file.lastIndexOf(SENC);
        const count = file.readUInt32BE(at + 20);
        // The last row becomes a box of its own.
        file.writeUInt32BE(file.readUInt32BE(at - 8) - 8, at - 8);
        file.writeUInt32BE(count - 1, at + 20);
        const end = at - 8 + file.readUInt32BE(at - 8);
        file.write("\0\0\0\x08free", end, "latin1");
      },
      /\d+ samples in the senc, \d+ in the trun/,
    ],
    [
      "another algorithm",
      put(TENC, 22, 2),
      /algorithm 2 of its tenc, expected 1, which is AES-CTR/,
    ],
    ["vectors of no byte", put(TENC, 23, 0), /vectors of 0 bytes/],
    ["another key", put(TENC, 24, 0xff), /is protected with the key ff/],
    [
      "no senc",
      (file) =>
        file.fill(0x11, file.lastIndexOf(SENC), file.lastIndexOf(SENC) + 16),
      /no senc/,
    ],
    [
      "groups with keys of their own",
      (file) => {
        // Behind the last senc, in the place of its last vectors.
        const at = file.lastIndexOf(SENC);
        const end = at - 8 + file.readUInt32BE(at - 8);
        file.writeUInt32BE(file.readUInt32BE(at - 8) - 24, at - 8);
        const fields = "\0\0\0\0seig\0\0\0\0\0\0\0\0".slice(0, 16);
        file.write(`\0\0\0\x18sbgp${fields}`, end - 24, "latin1");
      },
      /sample groups with an encryption of their own \(seig\)/,
    ],
    [
      "samples in the moov",
      (file) => {
        const at = file.indexOf("stsz");
        file.writeUInt32BE(7, at + 8);
        file.writeUInt32BE(3, at + 12);
      },
      /3 samples of track 1 outside of its fragments/,
    ],
    [
      "subsamples behind the end of a sample",
      (file) => {
        const at = file.indexOf(SENC);
        file.writeUInt32BE(0xffffff, at + 36);
      },
      /subsamples of \d+ bytes in a sample of \d+/,
    ],
  ])("%s", async (_, change, words) => {
    const ism = writePackage(root, source, { encryption: MICROSOFTS });
    const file = mediaOf(ism);
    change(file);
    writeFileSync(join(ism, "../clip.ismv"), file);
    await expect(unprotect(ism)).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(words) as string,
    });
  });

  test("a senc with another key", async () => {
    const ism = writePackage(root, source, {
      encryption: { ...MICROSOFTS, override: true },
    });
    const file = mediaOf(ism);
    file.fill(0xee, file.lastIndexOf(SENC) + 24, file.lastIndexOf(SENC) + 40);
    writeFileSync(join(ism, "../clip.ismv"), file);
    await expect(unprotect(ism)).rejects.toThrow(
      /senc with a key of its own, eeeeeeee-/,
    );
  });
});

test("text among protected tracks stays clear, and its base-data-offset moves with it", async () => {
  const [video, , audio] = source.tracks;
  if (!video || !audio) throw new Error("no tracks");
  const trak = Buffer.from(audio.trak);
  trak.write("text", trak.indexOf("soun"), "latin1");
  const tracks = [video, { ...audio, trak }];
  const ism = writePackage(root, { ...source, tracks }, { base: "moof" });
  const hidden = await protect(ism);
  expect(hashesIn(mediaOf(hidden))).toEqual(hashesOf({ tracks }));
  expect(hiddenIn(mediaOf(hidden))).toEqual([expect.any(Number), 0]);
  expect(hiddenIn(mediaOf(hidden))[0]).toBeGreaterThan(50);
  expect(mediaOf(await unprotect(hidden)).equals(mediaOf(ism))).toBe(true);
});

describe("a sentence says why a file is not protected:", () => {
  test("a moof that no mdat follows", async () => {
    const ism = writePackage(root, source, {});
    const file = mediaOf(ism);
    file.write("free", file.lastIndexOf("mdat"), "latin1");
    writeFileSync(join(ism, "../clip.ismv"), file);
    await expect(protect(ism)).rejects.toThrow(/that no mdat follows/);
  });

  test("an index for DASH", async () => {
    const ism = writePackage(root, source, {});
    const file = mediaOf(ism);
    const at = file.indexOf("moof") - 4;
    const sidx = Buffer.from("\0\0\0\x2csidx" + "\0".repeat(36), "latin1");
    writeFileSync(
      join(ism, "../clip.ismv"),
      Buffer.concat([file.subarray(0, at), sidx, file.subarray(at)]),
    );
    await expect(protect(ism)).rejects.toThrow(/has a sidx at \d+/);
  });
});

describe("one track of a protected file with three", () => {
  test.each<[string, Layout]>([
    ["in turn", {}],
    ["apart", { order: "apart" }],
  ])("is read as a file of its own, %s", async (_, layout) => {
    const ism = writePackage(root, source, {
      ...{ ...layout, encryption: MICROSOFTS },
    });
    const file = await open(join(ism, "../clip.ismv"), "r");
    try {
      for (const [i, track] of source.tracks.entries()) {
        const own = await ClearFile.open(file, REQUEST.contentKey, i + 1);
        const parts: Uint8Array[] = [];
        for await (const part of own.bytes()) parts.push(part);
        const samples = readSamples(Buffer.concat(parts));
        expect([...samples.keys()]).toEqual([i + 1]);
        expect(samples.get(i + 1)?.map(({ clear }) => sha256(clear))).toEqual(
          hashesOf(source)[i],
        );
        const last = track.fragments.length - 1;
        const alone = Buffer.from((await own.alone(last)) ?? []);
        expect(
          readSamples(alone)
            .get(i + 1)
            ?.map(({ clear }) => clear),
        ).toEqual(track.fragments[last]?.samples.map(({ bytes }) => bytes));
        expect(await own.alone(last + 1)).toBeUndefined();
        expect((await own.encryptedCount(last)).samples).toBe(
          track.fragments[last]?.samples.length,
        );
      }
    } finally {
      await file.close();
    }
  });
});
