import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { PackError } from "../../src/errors.js";
import { fragmentBegins } from "../../src/media/fragments.js";
import { readManifests, readPackage } from "../../src/smooth/read-package.js";
import { REQUEST } from "../drm/package.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { patchFile, payloadOf, replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();

/** What is wrong with a package, in the words of its reader. */
async function refused(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (fault: unknown) => fault,
  );
  expect(error).toBeInstanceOf(PackError);
  expect((error as PackError).code).toBe("input");
  return (error as PackError).message;
}

/** Where the boxes of a type begin in a file. */
function placesOf(type: string, bytes: Buffer): number[] {
  const places: number[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at))
    if (bytes.toString("latin1", at + 4, at + 8) === type) places.push(at);
  return places;
}

describe("a good package", () => {
  test("whose .ism names no client manifest has NAME.ismc", async () => {
    const { ism } = await writeFixturePackage(parent);
    const meta =
      /\s*<meta name="clientManifestRelativePath" content="[^"]*"\s*\/>/;
    const text = readFileSync(ism, "utf8");
    expect(text).toMatch(meta);
    writeFileSync(ism, text.replace(meta, ""));
    const { clientManifest, streams } = await readPackage(ism);
    expect(clientManifest).toBe("clip.ismc");
    expect(streams).toHaveLength(2);
  });

  test("is read as it was written", async () => {
    const { ism, tracks } = await writeFixturePackage(parent);
    const read = await readPackage(ism);
    expect(read).toMatchObject({
      ...{ name: "clip", clientManifest: "clip.ismc" },
      duration: Math.max(...tracks.map(({ duration }) => duration)),
      protection: undefined,
    });
    expect(
      read.streams.map(({ kind, name, language }) => [kind, name, language]),
    ).toEqual([
      ["video", "video", "und"],
      ["audio", "audio", "eng"],
    ]);
    const found = read.streams.flatMap((stream) => stream.tracks);
    expect(found).toHaveLength(tracks.length);
    for (const written of tracks) {
      const { file, trackId, codec, config, format, bitrate } = written;
      const track = found.find((one) => one.file === file);
      expect(track).toMatchObject({
        ...{ trackId, codec, bitrate, encryption: undefined },
        sampleEntry: codec === "h264" ? "avc1" : "mp4a",
      });
      expect(track?.format).toMatchObject(format);
      expect(track?.config && [...track.config]).toEqual([...config]);
      const { time, offset, end } = track?.fragments ?? {};
      expect([...(time ?? [])]).toEqual(
        fragmentBegins(written.fragments).map((begin) => BigInt(begin)),
      );
      const moofs = placesOf("moof", readFileSync(join(dirname(ism), file)));
      expect([...(offset ?? [])]).toEqual(moofs);
      expect([...(end ?? [])].slice(0, -1)).toEqual(moofs.slice(1));
    }
    for (const { times, tracks: own } of read.streams)
      for (const { fragments } of own)
        expect([...fragments.time]).toEqual([...times]);
  });

  test("is read without the name of its client manifest, and without indexes", async () => {
    const { folder, ism, tracks } = await writeFixturePackage(parent);
    const before = await readPackage(ism);
    replaceText(ism, /<meta name="clientManifestRelativePath"[^>]*>/, "");
    for (const { file } of tracks) {
      const bytes = readFileSync(join(folder, file));
      truncateSync(
        join(folder, file),
        bytes.length - bytes.readUInt32BE(bytes.length - 4),
      );
    }
    const { indexFaults, ...rest } = await readPackage(ism);
    expect({ ...rest, indexFaults: new Map() }).toEqual(before);
    expect([...indexFaults.values()]).toEqual(Array(3).fill("is missing"));
  });
});

test("a sample entry that is not known is one with a name and no codec", async () => {
  const { folder, ism } = await writeFixturePackage(parent);
  patchFile(join(folder, "clip_eng_48.isma"), (bytes) =>
    bytes.write("dtsx", payloadOf(bytes, "mp4a") - 4, "latin1"),
  );
  patchFile(join(folder, "clip_60.ismv"), (bytes) =>
    bytes.write("av01", payloadOf(bytes, "avc1") - 4, "latin1"),
  );
  const { streams } = await readPackage(ism);
  const found = streams.flatMap(({ kind, tracks }) =>
    tracks.map(({ sampleEntry, codec, config, fragments }) => [
      ...[kind, sampleEntry, codec, config === undefined],
      fragments.time.length > 0,
    ]),
  );
  expect(found).toEqual([
    ["video", "av01", undefined, true, true],
    ["video", "avc1", "h264", false, true],
    ["audio", "dtsx", undefined, true, true],
  ]);
});

test("a protected package tells its system, its header and what its tracks are in the clear", async () => {
  const { ism, tracks } = await writeFixturePackage(parent, "clip", {
    protection: REQUEST,
  });
  const { protection, streams } = await readPackage(ism);
  const told = tracks[0]?.protection;
  expect(protection?.systemId).toBe(told?.systemId);
  expect([...(protection?.data ?? [])]).toEqual([...(told?.data ?? [])]);
  for (const { kind, tracks: own } of streams)
    for (const { sampleEntry, encryption, codec, config } of own) {
      expect(sampleEntry).toBe(kind === "video" ? "avc1" : "mp4a");
      expect([encryption, codec]).toEqual([
        "piff",
        kind === "video" ? "h264" : "aac",
      ]);
      expect(config).toBeDefined();
    }
});

describe("what is missing or leads elsewhere", () => {
  test("is named: a media file", async () => {
    const { folder, ism } = await writeFixturePackage(parent);
    rmSync(join(folder, "clip_60.ismv"));
    expect(await refused(readPackage(ism))).toMatch(
      /^clip_60\.ismv: cannot be opened \(no such file/,
    );
    // Its manifests are there.
    expect((await readManifests(ism)).server.tracks).toHaveLength(3);
  });

  test("is named: a client manifest, a name outside the folder", async () => {
    const { folder, ism } = await writeFixturePackage(parent);
    replaceText(ism, 'src="clip_60.ismv"', 'src="../clip_60.ismv"');
    expect(await refused(readPackage(ism))).toBe(
      `${ism}: names "../clip_60.ismv". Expected files beside it.`,
    );
    rmSync(join(folder, "clip.ismc"));
    expect(await refused(readManifests(ism))).toMatch(
      /^clip\.ismc: cannot be read \(no such file/,
    );
  });

  test("is named: a track that its file does not have", async () => {
    const { ism } = await writeFixturePackage(parent);
    replaceText(ism, 'name="trackID" value="1"', 'name="trackID" value="7"');
    expect(await refused(readPackage(ism))).toBe(
      "clip_60.ismv: has no fragments of track 7.",
    );
  });
});

test("other files than a server manifest are told apart", async () => {
  const { folder, ism } = await writeFixturePackage(parent);
  expect(await refused(readManifests(join(folder, "clip.ismc")))).toBe(
    "clip.ismc: its root element is SmoothStreamingMedia, expected smil.",
  );
  expect(await refused(readManifests(join(folder, "clip_60.ismv")))).toBe(
    "clip_60.ismv: is not a server manifest but a media file.",
  );
  writeFileSync(ism, "<smil><body><switch/></body></smil>");
  expect(await refused(readManifests(ism))).toBe("clip.ism: names no track.");
});

describe("a size that cannot be", () => {
  const VIDEO = "clip_60.ismv";

  test.for<[what: string, change: (bytes: Buffer) => void, says: RegExp]>([
    [
      "of a moov",
      (bytes) => bytes.writeUInt32BE(0x7fffffff, payloadOf(bytes, "moov") - 8),
      /^clip_60\.ismv: moov claims 2147483647 bytes at /,
    ],
    [
      "of an index, which is then searched for in the fragments",
      (bytes) => {
        bytes.writeUInt32BE(0xfffffff0, bytes.length - 4);
        bytes.writeUInt32BE(0x7fffffff, payloadOf(bytes, "trun", 2) + 4);
      },
      /^clip_60\.ismv: trun claims 2147483647 samples of /,
    ],
    [
      "of a moof",
      (bytes) => {
        bytes.writeUInt32BE(0xfffffff0, bytes.length - 4);
        bytes.writeUInt32BE(0x7fffffff, payloadOf(bytes, "moof") - 8);
      },
      /^clip_60\.ismv: moof at \d+ claims 2147483647 bytes, the file ends at /,
    ],
  ])("%s", async ([, change, says]) => {
    const { folder, ism } = await writeFixturePackage(parent);
    patchFile(join(folder, VIDEO), change);
    expect(await refused(readPackage(ism))).toMatch(says);
  });

  test("of a timeline", async () => {
    const { folder, ism } = await writeFixturePackage(parent);
    replaceText(join(folder, "clip.ismc"), "<c ", '<c r="4000000000" ');
    expect(await refused(readPackage(ism))).toMatch(
      /^The client manifest announces 400000000\d fragments of video\.$/,
    );
  });

  test("of a manifest", async () => {
    const { folder, ism } = await writeFixturePackage(parent);
    truncateSync(join(folder, "clip.ismc"), 7 * 1024 * 1024);
    expect(await refused(readPackage(ism))).toMatch(
      /^clip\.ismc: cannot be read \(7340032 bytes, expected at most 6291456\)/,
    );
  });
});
