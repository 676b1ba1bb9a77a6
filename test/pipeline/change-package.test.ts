import { createHash } from "node:crypto";
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  addStreams,
  mux,
  protectPackage,
  removeStreams,
  verify,
} from "../../src/index.js";
import { protectedClip, REQUEST } from "../drm/package.js";
import { ffmpeg } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";

const root = tempFolder();
const path = (name: string) => join(root, name);
const FAST = { fsync: false };

/** A message with these words. */
const saying = (words: string) => expect.stringContaining(words) as string;

let made = 0;

/** A new package `clip` of four seconds with a sound, as it is. */
async function clip(change = (text: string) => Buffer.from(text)) {
  const folder = path(`out-${(made += 1)}`);
  await mux([path("film.mp4")], { output: folder, name: "clip", fsync: false });
  for (const name of ["clip.ism", "clip.ismc"]) {
    const file = join(folder, name);
    writeFileSync(file, change(readFileSync(file, "utf8")));
  }
  return { folder, ism: join(folder, "clip.ism") };
}

/** Name, hash, inode and time of each file. */
function filesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => {
      const file = join(folder, name);
      const hash = createHash("sha256")
        .update(readFileSync(file))
        .digest("hex");
      const { ino, mtimeMs } = statSync(file);
      return [name, `${hash} ${ino} ${mtimeMs}`];
    }),
  );
}

function mediaOf(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).filter(([name]) => !/\.ismc?$/.test(name)),
  );
}

const SUBRIP =
  "1\n00:00:00,500 --> 00:00:01,500\nHallo\n\n2\n00:00:01,800 --> 00:00:02,900\nWelt\n";

beforeAll(async () => {
  await protectedClip(path("film.mp4"));
  const sound = (name: string, seconds: number) =>
    ffmpeg(
      [
        ...["-v", "error", "-f", "lavfi", "-i", "sine=frequency=880"],
        ...["-t", String(seconds), "-c:a", "aac", path(name)],
      ],
      path(name),
    );
  await sound("fr.m4a", 3.7);
  await sound("other.m4a", 30);
  writeFileSync(path("de.srt"), SUBRIP);
});

describe("a stream that is added", () => {
  test("is refused by a package that does not begin at 0, with the command that makes one that does", async () => {
    const { folder, ism } = await clip((text) =>
      Buffer.from(text.replace(/<c d=/g, '<c t="15000000" d=')),
    );
    const before = filesIn(folder);
    const captions = [`${path("de.srt")}=deu`];
    await expect(addStreams(ism, { ...FAST, captions })).rejects.toMatchObject({
      code: "unsupported",
      message: saying(
        "clip.ism: its first fragment begins at 1.500 s. Expected a package that begins at 0",
      ),
      hint: expect.stringMatching(
        /^mss-pack mux clip_\d+\.ismv clip_und_\d+\.isma -o NEW_FOLDER /,
      ) as string,
    });
    expect(filesIn(folder)).toEqual(before);
  });

  test("is a new file and new manifests; the other bytes are not touched, and it goes again without a trace", async () => {
    const { folder, ism } = await clip();
    const before = filesIn(folder);
    const { files, report, notes } = await addStreams(ism, {
      ...FAST,
      audioFiles: [{ path: path("fr.m4a"), language: "fra" }],
      captions: [`${path("de.srt")}=deu,caption`],
    });
    expect(report.findings).toEqual([]);
    expect(
      report.tracks.map(({ file, samples }) => [file, (samples ?? 0) > 0]),
    ).toEqual(
      expect.arrayContaining([
        ["clip_deu.ismt", true],
        [expect.stringMatching(/^clip_fra_\d+\.isma$/), true],
      ]),
    );
    expect(notes).toEqual([
      expect.stringMatching(/fr.m4a: ends .* early, silence behind it/),
    ]);
    expect(files.map(({ file }) => file)).toEqual(
      expect.arrayContaining(readdirSync(folder)),
    );
    expect(filesIn(folder)).toMatchObject(mediaOf(before));
    const client = readFileSync(join(folder, "clip.ismc"), "utf8");
    expect(
      [...client.matchAll(/<StreamIndex .*? Name="(\w+)"/g)].map(
        ([, name]) => name,
      ),
    ).toEqual(["video", "audio", "audio_fra", "text_deu"]);
    expect(client).toContain('Subtype="CAPT"');

    await removeStreams(ism, ["text_deu", "AUDIO_FRA"], FAST);
    expect(mediaOf(filesIn(folder))).toEqual(mediaOf(before));
    for (const name of ["clip.ism", "clip.ismc"])
      expect(filesIn(folder)[name]?.slice(0, 64)).toBe(
        before[name]?.slice(0, 64),
      );
  });

  test("stands in another maker's manifest without changing another character", async () => {
    const { folder, ism } = await clip((text) => {
      const foreign = text
        .replace("<switch>", "<!-- <switch> <audio src='x'/> --><switch>")
        .replace(
          "<StreamIndex ",
          "<!-- </SmoothStreamingMedia> --><StreamIndex Note='a > b' ",
        )
        .replaceAll("\n", "\r\n");
      return Buffer.from(
        `\uFEFF${foreign.replace("utf-8", "utf-16")}`,
        "utf16le",
      );
    });
    const read = (name: string) => readFileSync(join(folder, name), "utf16le");
    const before = [read("clip.ism"), read("clip.ismc")];
    await addStreams(ism, { ...FAST, captions: [`${path("de.srt")}=deu`] });
    expect(read("clip.ismc")).toContain('Name="text_deu"');
    expect(read("clip.ismc").replaceAll("\r\n", "")).not.toContain("\n");
    await removeStreams(ism, ["text_deu"], FAST);
    expect([read("clip.ism"), read("clip.ismc")]).toEqual(before);
  });

  test("of a protected package is protected like the others: captions need no key", async () => {
    const clear = await clip();
    const folder = path(`out-${(made += 1)}`);
    const ism = join(folder, "clip.ism");
    await protectPackage(clear.ism, {
      ...{ output: folder, fsync: false, protection: REQUEST },
    });
    const audioFiles = [{ path: path("fr.m4a"), language: "fra" }];
    await addStreams(ism, { ...FAST, captions: [`${path("de.srt")}=deu`] });
    await expect(
      addStreams(ism, { ...FAST, audioFiles }),
    ).rejects.toMatchObject({
      code: "usage",
      message: saying("is protected. Expected its key"),
    });
    const { contentKey } = REQUEST;
    const { report } = await addStreams(ism, {
      ...FAST,
      audioFiles,
      contentKey,
    });
    expect(report.findings).toEqual([]);
    expect(
      report.tracks.map(({ kind, protectionScheme }) => [
        kind,
        protectionScheme,
      ]),
    ).toEqual([
      ["video", "piff"],
      ["audio", "piff"],
      ["audio", "piff"],
      ["textstream", undefined],
    ]);
    const whole = await verify(ism, { contentKey });
    expect(whole.findings).toEqual([]);
  });
});

describe("what is read back", () => {
  const add = (ism: string, more = {}) =>
    addStreams(ism, { ...FAST, ...more, captions: [`${path("de.srt")}=deu`] });

  /** Damages the moof of a fragment of the picture, counted from 0. */
  function damage(folder: string, fragment: number): void {
    const [name = ""] = readdirSync(folder).filter((one) =>
      one.endsWith(".ismv"),
    );
    const bytes = readFileSync(join(folder, name));
    let at = -1;
    for (let i = 0; i <= fragment; i++) at = bytes.indexOf("tfhd", at + 1);
    bytes.write("tfhx", at, "latin1");
    writeFileSync(join(folder, name), bytes);
  }

  test("is the new file to its end; of the others header, index, first and last fragment", async () => {
    const { folder, ism } = await clip();
    damage(folder, 1);
    const { report } = await add(ism);
    expect(report.tracks.map(({ samples }) => samples)).toEqual([
      ...[undefined, undefined],
      report.tracks[2]?.fragments,
    ]);
    await expect(
      removeStreams(ism, ["text_deu"], { ...FAST, verify: "full" }),
    ).rejects.toMatchObject({ code: "verify", message: saying("fragment 2") });
    const { findings } = await verify(ism);
    expect(findings).toMatchObject([{ rule: "fragment", fragment: 2 }]);
  });

  test("a first fragment that no client reads is refused", async () => {
    const { folder, ism } = await clip();
    const before = filesIn(folder);
    damage(folder, 0);
    await expect(add(ism)).rejects.toMatchObject({ code: "verify" });
    expect(Object.keys(filesIn(folder))).toEqual(Object.keys(before));
  });

  test("manifests that fit an untouched file no more are refused", async () => {
    const { ism } = await clip((text) =>
      Buffer.from(text.replace('<c d="20000000"/>', '<c d="20000001"/>')),
    );
    await expect(add(ism)).rejects.toMatchObject({ code: "verify" });
  });
});

describe("what is refused leaves the package as it was", () => {
  test.each([
    [
      "a name that exists",
      { captions: ["de.srt=deu", "de.srt=deu"] },
      "usage",
      "is given twice",
    ],
    ["nothing", {}, "usage", "Nothing is to be added"],
    [
      "captions beside a film",
      { captions: ["auto"] },
      "usage",
      "--captions is auto",
    ],
    [
      "the sound of another film",
      { audio: "other.m4a" },
      "input",
      "Expected a sound of this film",
    ],
    ["a film", { audio: "none.m4a" }, "input", "none.m4a"],
  ])(
    "%s",
    async (
      _,
      { captions = [], audio }: { captions?: string[]; audio?: string },
      code,
      words,
    ) => {
      const { folder, ism } = await clip();
      const before = filesIn(folder);
      const options = {
        ...FAST,
        captions: captions.map((one) => (one === "auto" ? one : path(one))),
        audioFiles: audio === undefined ? [] : [path(audio)],
      };
      await expect(addStreams(ism, options)).rejects.toMatchObject({
        code,
        message: saying(words),
      });
      expect(filesIn(folder)).toEqual(before);
    },
  );

  test("a stream that is there, a file of someone else, a stop, and a stream that is not there", async () => {
    const { folder, ism } = await clip();
    const captions = [`${path("de.srt")}=deu`];
    await addStreams(ism, { ...FAST, captions });
    const before = filesIn(folder);
    await expect(addStreams(ism, { ...FAST, captions })).rejects.toMatchObject({
      code: "exists",
      message: saying("has a stream text_deu already"),
    });
    writeFileSync(join(folder, "clip_fra.ismt"), "mine");
    const french = [`${path("de.srt")}=fra`];
    await expect(
      addStreams(ism, { ...FAST, captions: french }),
    ).rejects.toMatchObject({ code: "exists" });
    expect(readFileSync(join(folder, "clip_fra.ismt"), "utf8")).toBe("mine");
    const signal = AbortSignal.abort();
    const english = [`${path("de.srt")}=eng`];
    await expect(
      addStreams(ism, { ...FAST, captions: english, signal }),
    ).rejects.toMatchObject({ code: "aborted" });
    await expect(removeStreams(ism, ["text_ita"], FAST)).rejects.toMatchObject({
      code: "usage",
      message: saying("Expected one of video, audio, text_deu"),
    });
    await expect(
      removeStreams(ism, ["video", "audio"], FAST),
    ).rejects.toMatchObject({ code: "usage" });
    expect(filesIn(folder)).toMatchObject(before);
    expect(readdirSync(folder)).toHaveLength(Object.keys(before).length + 1);
  });

  test("a package whose manifests serve another .ism too", async () => {
    const { folder, ism } = await clip();
    copyFileSync(ism, join(folder, "copy.ism"));
    const before = filesIn(folder);
    const captions = [`${path("de.srt")}=deu`];
    await expect(addStreams(ism, { ...FAST, captions })).rejects.toMatchObject({
      code: "usage",
      message: saying("is a file of copy.ism"),
    });
    expect(filesIn(folder)).toEqual(before);
  });

  test("media that are damaged: the changed package is read back before it is seen", async () => {
    const { folder, ism } = await clip();
    const [sound = ""] = readdirSync(folder).filter((name) =>
      name.endsWith(".isma"),
    );
    const bytes = readFileSync(join(folder, sound));
    writeFileSync(
      join(folder, sound),
      bytes.fill(0, bytes.indexOf("trun"), bytes.indexOf("trun") + 4),
    );
    const before = filesIn(folder);
    const captions = [`${path("de.srt")}=deu`];
    await expect(addStreams(ism, { ...FAST, captions })).rejects.toThrow(sound);
    expect(filesIn(folder)).toEqual(before);
  });
});
