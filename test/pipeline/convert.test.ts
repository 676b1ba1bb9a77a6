import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  contentKey,
  convert,
  mux,
  protectPackage,
  type ConvertOptions,
} from "../../src/index.js";
import { readMovie, readTextMovie } from "../../src/isobmff/read-movie.js";
import { makeClip } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";

const root = tempFolder();
const path = (...names: string[]) => join(root, ...names);

const SRT = `1
00:00:00,500 --> 00:00:03,200
<i>Over a</i> fragment's end

2
00:00:03,400 --> 00:00:04,000
{\\an8}At the top
`;

const KEY = contentKey(
  Buffer.from("f0e1d2c3b4a5968778695a4b3c2d1e0f", "hex"),
  Buffer.from("8f1b0c6d5e7a49382716053f4e5d6c7b", "hex"),
);

const ism = path("package", "film.ism");

/** Two rungs, two languages, captions of two languages. */
beforeAll(async () => {
  const options = ["-g", "25", "-bf", "2"];
  const audio = "sine=440:sample_rate=48000";
  await makeClip(path("film.mp4"), { audio, options });
  await makeClip(path("small.mp4"), { size: "160x90", audio: null, options });
  await makeClip(path("fra.mp4"), { audio: "sine=660:sample_rate=44100" });
  writeFileSync(path("film.srt"), SRT);
  writeFileSync(path("film.de.srt"), SRT.replace("At the top", "Oben"));
  await mux(
    [
      { path: path("film.mp4"), tracks: { 2: { language: "eng" } } },
      path("small.mp4"),
      { path: path("fra.mp4"), trackIds: [2], language: "fra" },
    ],
    {
      ...{ output: path("package"), name: "film", fsync: false },
      captions: [`${path("film.srt")}=eng,caption`, path("film.de.srt")],
    },
  );
}, 120_000);

const converted = (
  output: string,
  to: ConvertOptions["to"],
  more: Partial<ConvertOptions> = {},
) => convert(ism, { output: path(output), to, fsync: false, ...more });

const namesIn = (folder: string) => readdirSync(path(folder)).sort();
const read = (...names: string[]) => readFileSync(path(...names), "utf8");

describe("convert to cmaf", () => {
  test("writes a file for each track, two manifests, and captions", async () => {
    const result = await converted("cmaf", "cmaf");
    const names = namesIn("cmaf");
    const isText = (name: string) => /^film_text_.*\.mp4$/.test(name);
    const media = names.filter(
      (name) => name.endsWith(".mp4") && !isText(name),
    );
    expect(media).toHaveLength(4);
    expect(names).toEqual(
      [
        ...media,
        ...media.map((name) => name.replace(".mp4", ".m3u8")),
        ...["film.m3u8", "film.mpd"],
        ...["film_deu.m3u8", "film_deu.vtt", "film_eng.m3u8", "film_eng.vtt"],
        ...["film_text_deu.mp4", "film_text_eng.mp4"],
      ].sort(),
    );
    expect(result.main).toBe(path("cmaf", "film.mpd"));
    expect(result.files.map(({ file }) => file).sort()).toEqual(names);
    expect(result.notes).toEqual([]);
    expect(read("cmaf", "film.m3u8")).toContain('LANGUAGE="fr"');
    expect(read("cmaf", "film.mpd")).toContain('lang="de"');
  });

  test("has brands and boxes of CMAF, and none of Smooth Streaming", () => {
    const [name = ""] = namesIn("cmaf").filter((one) => one.endsWith(".mp4"));
    const bytes = readFileSync(path("cmaf", name));
    expect(bytes.subarray(4, 28).toString("latin1")).toBe(
      "ftypcmfc\0\0\0\0cmfccmf2iso6",
    );
    const moof = bytes.subarray(bytes.indexOf("moof"));
    expect(moof.subarray(0, 200).includes("tfdt")).toBe(true);
    // default-base-is-moof
    expect(moof.readUInt32BE(moof.indexOf("tfhd") + 4)).toBe(0x020020);
    expect(bytes.includes("uuid")).toBe(false);
  });

  test("has captions as stpp, with times of the film, cut where pictures are", async () => {
    const bytes = readFileSync(path("cmaf", "film_text_eng.mp4"));
    expect(bytes.toString("latin1")).toMatch(
      /hdlr.{8}subt[^]*sthd[^]*stsd[^]{12}stpp/,
    );
    const [text] = await readTextMovie(path("cmaf", "film_text_eng.mp4"), [
      "stpp",
    ]);
    expect(text?.samples.count).toBe(3);
    const documents = [...bytes.toString().matchAll(/<tt [^]*?<\/tt>/g)].map(
      ([one]) =>
        [
          ...one.matchAll(/begin="([^"]*)" end="([^"]*)">(?:<[^>]*>)*([^<]*)/g),
        ].map(([, begin, end, words]) => [begin, end, words]),
    );
    expect(documents).toEqual([
      [["00:00:00.500", "00:00:02.000", "Over a"]],
      [
        ["00:00:02.000", "00:00:03.200", "Over a"],
        ["00:00:03.400", "00:00:04.000", "At the top"],
      ],
      [],
    ]);
    const mpd = read("cmaf", "film.mpd");
    expect(mpd).toContain('codecs="stpp.ttml.im1t"');
    expect(mpd).not.toContain("text/vtt");
    expect(read("cmaf", "film.m3u8")).not.toContain("film_text");
  });

  test("takes away with --overwrite what an older, larger set had", async () => {
    await converted("fewer", "cmaf");
    const before = namesIn("fewer");
    writeFileSync(path("fewer", "film_notes.txt"), "somebody's");
    await converted("fewer", "cmaf", { rung: "180p", overwrite: true });
    const [lower] = before
      .filter((name) => /^film_\d+\.mp4$/.test(name))
      .sort((a, b) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b)));
    const gone = [lower, lower?.replace(".mp4", ".m3u8")];
    expect(namesIn("fewer")).toEqual(
      [
        ...before.filter((name) => !gone.includes(name)),
        "film_notes.txt",
      ].sort(),
    );
    await mux([path("film.mp4")], {
      output: path("mute"),
      name: "film",
      fsync: false,
    });
    await convert(path("mute", "film.ism"), {
      ...{ output: path("fewer"), to: "cmaf", fsync: false, overwrite: true },
    });
    expect(namesIn("fewer").filter((name) => /vtt$|text/.test(name))).toEqual(
      [],
    );
    const kept = namesIn("fewer");
    const options = { rung: "1p", overwrite: true };
    await expect(converted("fewer", "cmaf", options)).rejects.toThrow();
    expect(namesIn("fewer")).toEqual(kept);
  });

  test("of one rung has that one", async () => {
    await converted("cmaf-90", "cmaf", { rung: "90p" });
    const mpd = read("cmaf-90", "film.mpd");
    expect([...mpd.matchAll(/height="(\d+)"/g)].map(([, h]) => h)).toEqual([
      "90",
    ]);
  });
});

describe("convert to mp4", () => {
  test("writes one picture and all sounds, the first of them on", async () => {
    const { main } = await converted("mp4", "mp4");
    expect(main).toBe(path("mp4", "film.mp4"));
    expect(namesIn("mp4")).toEqual([
      ...["film.mp4", "film_deu.vtt", "film_eng.vtt"],
    ]);
    const tracks = await readMovie(main);
    expect(tracks.map(({ kind, language }) => [kind, language])).toEqual([
      ["video", "und"],
      ["audio", "eng"],
      ["audio", "fra"],
    ]);
    const bytes = readFileSync(main);
    const flags: number[] = [];
    for (let at = 0; (at = bytes.indexOf("tkhd", at)) > 0; at += 4)
      flags.push(bytes.readUInt32BE(at + 4) & 1);
    expect(flags).toEqual([1, 1, 0]);
    expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
  });

  test("has an edit list that takes off what pictures with B-frames are late by, and none of sound", async () => {
    const { main } = await converted("mp4-edits", "mp4");
    const bytes = readFileSync(main);
    const lists: string[] = [];
    for (let at = 0; (at = bytes.indexOf("elst", at)) > 0; at += 4)
      lists.push(bytes.toString("hex", at - 4, at + 32));
    // One row of 64 bits: 5 s long, from 0.04 s of the media on, at the usual speed. ISO/IEC 14496-12 8.6.6
    expect(lists).toEqual([
      [
        ...["00000024", "656c7374", "01000000", "00000001"],
        ...["0000000002faf080", "0000000000061a80", "00010000"],
      ].join(""),
    ]);
    const [picture] = await readMovie(main);
    // It begins 0.04 s into the media, where the list begins.
    expect(picture?.samples.compositionOffset[0]).toBe(400_000);
    expect(picture?.edits).toMatchObject([{ mediaTime: 400_000 }]);
  });

  test("takes the rung that is asked for, and names those there are", async () => {
    const { main } = await converted("mp4-90", "mp4", { rung: "90p" });
    const [picture] = await readMovie(main);
    expect(picture?.sampleEntry).toBeDefined();
    await expect(converted("mp4-1", "mp4", { rung: "1p" })).rejects.toThrow(
      '--rung is "1p". Expected 180p or 90p.',
    );
    expect(existsSync(path("mp4-1"))).toBe(false);
  });
});

describe("captions alone", () => {
  test("are a file for each language, with their styles and places", async () => {
    const { main } = await converted("srt", "srt");
    expect(namesIn("srt")).toEqual(["film_deu.srt", "film_eng.srt"]);
    expect(main).toBe(path("srt", "film_eng.srt"));
    expect(read("srt", "film_eng.srt")).toBe(SRT);
    await converted("vtt", "vtt");
    expect(read("vtt", "film_deu.vtt")).toBe(
      "WEBVTT\n\n00:00:00.500 --> 00:00:03.200\n<i>Over a</i> fragment's end\n\n" +
        "00:00:03.400 --> 00:00:04.000 line:0\nOben\n",
    );
  });

  test("of a package without any are refused", async () => {
    const output = path("silent");
    await mux([path("film.mp4")], { output, name: "film", fsync: false });
    const options = { output: path("none"), to: "srt" } as const;
    await expect(
      convert(path("silent", "film.ism"), options),
    ).rejects.toMatchObject({ code: "unsupported" });
  });
});

describe("a protected package", () => {
  const secret = path("secret", "film.ism");

  beforeAll(async () => {
    const protection = { system: "playready", contentKey: KEY } as const;
    await protectPackage(ism, {
      ...{ output: path("secret"), fsync: false, protection },
    });
  });

  test("needs its key for mp4", async () => {
    const options = { output: path("no-key"), fsync: false } as const;
    await expect(
      convert(secret, { ...options, to: "mp4" }),
    ).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("Expected its key") as string,
    });
    expect(existsSync(path("no-key"))).toBe(false);
  });

  test.each(["cmaf", "mp4"] as const)(
    "with its key gives a clear %s",
    async (to) => {
      const options = { to, fsync: false };
      const output = path(`opened-${to}`);
      await convert(secret, { ...options, output, contentKey: KEY });
      await converted(`clear-${to}`, to);
      for (const name of namesIn(`clear-${to}`))
        expect(
          readFileSync(path(`opened-${to}`, name)).equals(
            readFileSync(path(`clear-${to}`, name)),
          ),
          name,
        ).toBe(true);
    },
  );

  test("gives its captions without a key", async () => {
    await convert(secret, { output: path("secret-srt"), to: "srt" });
    expect(read("secret-srt", "film_eng.srt")).toBe(SRT);
  });
});

test("nothing is replaced unasked, and never the package", async () => {
  await converted("twice", "mp4");
  await expect(converted("twice", "mp4")).rejects.toMatchObject({
    code: "exists",
  });
  await converted("twice", "mp4", { overwrite: true });
  expect(namesIn("twice")).toHaveLength(3);
  await expect(
    converted("twice", "flv" as ConvertOptions["to"]),
  ).rejects.toThrow("cmaf or mp4 or srt or vtt");
});
