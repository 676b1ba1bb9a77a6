import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { contentKey, convert } from "../../src/index.js";
import { protectionOf } from "../../src/drm/index.js";
import { protectMedia } from "../../src/pipeline/protect-media.js";
import { KEY, KID, REQUEST } from "../drm/package.js";
import { only, readBoxes, type Box } from "../drm/layouts/boxes.js";
import type { Encryption } from "../drm/layouts/encrypt.js";
import {
  hashesOf,
  readSources,
  sha256,
  writeManifests,
  writePackage,
  type Source,
} from "../drm/layouts/package.js";
import { readSamples } from "../drm/layouts/read-file.js";
import type { Layout } from "../drm/layouts/write-file.js";
import { tempFolder } from "../support/temp.js";

const root = tempFolder();
const [kid, key] = [Buffer.from(KID), Buffer.from(KEY)];
const header = Buffer.from(protectionOf(REQUEST).data);

let source: Source;
let count = 0;

beforeAll(async () => {
  source = await readSources(root);
});

const microsofts = (layout: Layout, more: Partial<Encryption> = {}) =>
  writePackage(root, source, {
    ...{ ...layout, header, encryption: { kid, key, ...more } },
  });

async function converted(ism: string, more = {}): Promise<string> {
  const output = join(root, `out-${(count += 1)}`);
  await convert(ism, { output, to: "cmaf", fsync: false, ...more });
  return output;
}

/** Media of a set, in the order of the source: pictures by falling bitrate, then sound. */
function mediaOf(folder: string): Buffer[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".mp4"));
  return names
    .map((name) => readFileSync(join(folder, name)))
    .sort((a, b) => b.length - a.length);
}

const ofAll = (hashes: readonly string[][]) =>
  hashes.map((track) => [...track].sort()).sort();

const clearHashes = (folder: string) =>
  mediaOf(folder).flatMap((file) =>
    [...readSamples(file, key).values()].map((samples) =>
      samples.map(({ clear }) => sha256(clear)),
    ),
  );

const LAYOUTS: [string, Layout, Partial<Encryption>][] = [
  ["of PIFF 1.1 without saiz and saio, in one file", {}, {}],
  ["with tracks one after the other", { order: "apart" }, {}],
  ["with two truns", { truns: 2 }, {}],
  ["with a base-data-offset", { base: "media" }, {}],
  ["with a box between moof and mdat", { between: true }, {}],
  ["with vectors of 16 bytes", {}, { ivSize: 16 }],
  ["with algorithm and key in each senc", {}, { override: true }],
  ["with a lead in the clear", {}, { clearLead: "override" }],
  ["with a lead of empty sencs", {}, { clearLead: "empty" }],
];

describe("a protected package becomes CMAF in cenc without its key", () => {
  test.each(LAYOUTS)("%s", async (_, layout, more) => {
    const output = await converted(microsofts(layout, more));
    expect(ofAll(clearHashes(output))).toEqual(ofAll(hashesOf(source)));
    for (const file of mediaOf(output)) {
      expect(file.includes("uuid")).toBe(false);
      requireAuxiliary(file);
    }
  });

  test.each(["piff", "cenc"] as const)("of ours, %s", async (encryption) => {
    const clear = writePackage(root, source, {});
    const folder = join(root, `ours-${encryption}`);
    const ism = await protectedCopy(clear, folder, { ...REQUEST, encryption });
    const output = await converted(ism);
    expect(ofAll(clearHashes(output))).toEqual(ofAll(hashesOf(source)));
  });

  test("says so in boxes and manifests", async () => {
    const output = await converted(microsofts({}));
    const [file = Buffer.alloc(0)] = mediaOf(output);
    const boxes = readBoxes(file);
    const moov = only(boxes, "moov");
    const systems = readBoxes(moov.body)
      .filter(({ type }) => type === "pssh")
      .map(({ body }) => [body[0], body.toString("hex", 4, 20)]);
    expect(systems).toEqual([
      [0, "9a04f07998404286ab92e65be0885f95"],
      [1, "1077efecc0b24d02ace33c1e52e2fb4b"],
    ]);
    const at = file.indexOf("schm");
    expect(file.toString("latin1", at, at + 12)).toBe("schm\0\0\0\0cenc");
    const tenc = file.indexOf("tenc");
    expect(file.toString("hex", tenc + 4, tenc + 28)).toBe(
      `0000000000000108${kid.toString("hex")}`,
    );
    const mpd = readFileSync(join(output, "clip.mpd"), "utf8");
    expect(mpd).toContain('value="cenc" cenc:default_KID="09e091ab-f838');
    expect(mpd).toContain(`<mspr:pro>${header.toString("base64")}</mspr:pro>`);
    for (const name of readdirSync(output))
      if (name.endsWith(".m3u8") && name !== "clip.m3u8")
        expect(readFileSync(join(output, name), "utf8"), name).toContain(
          "#EXT-X-KEY:METHOD=SAMPLE-AES-CTR",
        );
  });

  test("where only pictures are encrypted, sound is told to be clear", async () => {
    const ism = microsofts({ isEncrypted: ({ kind }) => kind === "video" });
    const output = await converted(ism);
    const mpd = readFileSync(join(output, "clip.mpd"), "utf8");
    const [, video = "", audio = ""] = mpd.split("<AdaptationSet");
    expect(video).toContain("ContentProtection");
    expect(audio).not.toContain("ContentProtection");
    const keys = readdirSync(output).filter((name) =>
      readFileSync(join(output, name)).includes("EXT-X-KEY"),
    );
    expect(keys).toHaveLength(2);
    expect(ofAll(clearHashes(output))).toEqual(ofAll(hashesOf(source)));
  });

  test("where a stretch of sound is lost, its silence is in the clear", async () => {
    const tracks = source.tracks.map((track) =>
      track.kind === "audio"
        ? { ...track, fragments: track.fragments.filter((_, k) => k !== 1) }
        : track,
    );
    const lost = { ...source, tracks };
    const layout = { time: "tfxd" } as const;
    const encryption = { kid, key };
    const clear = await converted(writePackage(root, lost, layout));
    const kept = await converted(
      writePackage(root, lost, { ...layout, header, encryption }),
    );
    expect(ofAll(clearHashes(kept))).toEqual(ofAll(clearHashes(clear)));
    const sounds = mediaOf(kept).map((file) => [
      ...readSamples(file, key).values(),
    ]);
    const inClear = sounds.flat(2).filter(({ isHidden }) => !isHidden);
    expect(new Set(inClear.map((one) => sha256(one.clear))).size).toBe(1);
  });
});

test("a damaged fragment is named, in words of files", async () => {
  const ism = microsofts({});
  const path = join(ism, "../clip.ismv");
  const file = readFileSync(path);
  // The last senc claims to have subsamples, for which it has no room.
  const senc = file.lastIndexOf("a2394f525a9b4f14a2446c427c648df4", "hex");
  file.writeUInt32BE(2, senc + 16);
  writeFileSync(path, file);
  const output = join(root, "damaged");
  await expect(convert(ism, { output, to: "cmaf" })).rejects.toMatchObject({
    code: "input",
    message: expect.stringMatching(
      /clip\.ismv: fragment at byte \d+: (?:senc|a box|\d+ samples)/,
    ) as string,
  });
  expect(existsSync(output)).toBe(false);
});

test("notes name what is written", async () => {
  const tracks = source.tracks.map((track) =>
    track.kind === "audio"
      ? { ...track, fragments: track.fragments.filter((_, k) => k !== 1) }
      : track,
  );
  const ism = writePackage(root, { ...source, tracks }, { time: "tfxd" });
  const notesOf = async (to: "cmaf" | "mp4") => {
    const output = join(root, `notes-${to}`);
    return (await convert(ism, { output, to, fsync: false })).notes;
  };
  expect(await notesOf("cmaf")).toEqual([
    expect.stringMatching(/^clip_eng_\d+\.mp4: nothing for /) as string,
  ]);
  expect(await notesOf("mp4")).toEqual([
    expect.stringMatching(/^clip\.mp4 \(sound eng\): nothing for /) as string,
  ]);
});

const CONTENT_KEY = contentKey(KID, KEY);

test("with its key it becomes clear, unless it is to stay encrypted", async () => {
  const ism = microsofts({});
  const isHidden = (folder: string) =>
    mediaOf(folder).every((file) => file.includes("senc"));
  const contentKey = CONTENT_KEY;
  expect(isHidden(await converted(ism, { contentKey }))).toBe(false);
  const encryption = "cenc";
  expect(isHidden(await converted(ism, { contentKey, encryption }))).toBe(true);
});

test("what cannot stay encrypted is refused in a sentence", async () => {
  const options = { output: join(root, "none"), fsync: false } as const;
  const encryption = "cenc" as const;
  await expect(
    convert(microsofts({}), { ...options, to: "mp4", encryption }),
  ).rejects.toThrow("Expected --to cmaf");
  await expect(
    convert(writePackage(root, source, {}), {
      ...{ ...options, to: "cmaf", encryption },
    }),
  ).rejects.toThrow("is in the clear");
  const oneRung = microsofts({
    isEncrypted: (track) => track !== source.tracks[0],
  });
  await expect(convert(oneRung, { ...options, to: "cmaf" })).rejects.toThrow(
    /is encrypted, clip_\d+\.mp4 is not. Expected all rungs of video alike/,
  );
});

/** The media of a package protected by us. @returns its .ism */
async function protectedCopy(
  ism: string,
  folder: string,
  request: typeof REQUEST,
): Promise<string> {
  mkdirSync(folder);
  const to = {
    ...{ folder, fsync: false, signal: undefined },
    onWritten: () => undefined,
  };
  const path = join(ism, "../clip.ismv");
  await protectMedia([{ file: "clip.ismv", path, isText: false }], request, to);
  writeManifests(folder, source, header);
  return join(folder, "clip.ism");
}

/** Every fragment has saiz and saio, which lead to the rows of its senc. ISO/IEC 14496-12 8.7.8, 8.7.9 */
function requireAuxiliary(file: Buffer): void {
  let start = 0;
  for (const box of readBoxes(file)) {
    if (box.type === "moof") requireRows(file, start, box);
    start += box.bytes.length;
  }
}

function requireRows(file: Buffer, start: number, moof: Box): void {
  const children = readBoxes(only(readBoxes(moof.body), "traf").body);
  const senc = only(children, "senc").body;
  const saio = only(children, "saio").body;
  const saiz = only(children, "saiz").body;
  const rows = start + saio.readUInt32BE(8);
  expect(file.subarray(rows, rows + 8).equals(senc.subarray(8, 16))).toBe(true);
  const all = saiz[4] ?? 0;
  const samples = saiz.readUInt32BE(5);
  expect(samples).toBe(senc.readUInt32BE(4));
  const sizes =
    all > 0 ? all * samples : saiz.subarray(9).reduce((a, b) => a + b, 0);
  expect(sizes).toBe(senc.length - 8);
}
