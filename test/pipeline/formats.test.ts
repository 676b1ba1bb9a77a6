import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  addStreams,
  contentKey,
  mux,
  pack,
  protectPackage,
  removeStreams,
  unprotectPackage,
  verify,
} from "../../src/index.js";
import { resolveOptions } from "../../src/pipeline/resolve-options.js";
import { makeClip } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";

const root = tempFolder();
const path = (...names: string[]) => join(root, ...names);

const SRT = `1
00:00:00,500 --> 00:00:01,200
Over a fragment's end

`;

const formats = ["smooth", "dash", "hls"] as const;

const KEY = contentKey(
  Buffer.from("f0e1d2c3b4a5968778695a4b3c2d1e0f", "hex"),
  Buffer.from("8f1b0c6d5e7a49382716053f4e5d6c7b", "hex"),
);

/** Two rungs, a sound, captions. The name must be escaped in addresses. */
const NAME = "a film #1";

const FILES = [
  ...[".ism", ".ismc", ".m3u8", ".mpd"],
  ...["_eng.ismt", "_eng.m3u8", "_eng.vtt"],
];

const make = (output: string, more: object = {}) =>
  mux([path("film.mp4"), path("small.mp4")], {
    ...{ output: path(output), name: NAME, fsync: false, formats },
    captions: [`${path("film.srt")}=eng`],
    ...more,
  });

const ism = (folder: string) => path(folder, `${NAME}.ism`);
const namesIn = (folder: string) => readdirSync(path(folder)).sort();
const read = (folder: string, end: string) =>
  readFileSync(path(folder, `${NAME}${end}`), "utf8");

async function findings(folder: string) {
  return (await verify(ism(folder))).findings;
}

beforeAll(async () => {
  const options = ["-g", "25"];
  const audio = "sine=440:sample_rate=48000";
  await makeClip(path("film.mp4"), { audio, options });
  await makeClip(path("small.mp4"), { size: "160x90", audio: null, options });
  await makeClip(path("fra.mp4"), { audio: "sine=660:sample_rate=48000" });
  writeFileSync(path("film.srt"), SRT);
  await make("made");
}, 120_000);

describe("a package with manifests of DASH and HLS", () => {
  test("has the same media as one with a tfdt, and captions as WebVTT", async () => {
    await make("plain", { formats: undefined, tfdt: true });
    const media = namesIn("plain").filter((name) => !name.endsWith(".ism"));
    for (const name of media)
      expect(
        readFileSync(path("made", name)).equals(
          readFileSync(path("plain", name)),
        ),
        name,
      ).toBe(true);
    expect(namesIn("made")).toEqual(
      expect.arrayContaining(FILES.map((end) => `${NAME}${end}`)),
    );
    expect(read("made", "_eng.vtt")).toBe(
      "WEBVTT\n\n00:00:00.500 --> 00:00:01.200\nOver a fragment's end\n",
    );
    expect(await findings("made")).toEqual([]);
  });

  test("tells the places of fragments in both, and the peak bitrate", () => {
    const ranges = [
      ...read("made", ".mpd").matchAll(/mediaRange="(\d+)-(\d+)"/g),
    ].map(([, first, last]) => `${Number(last) - Number(first) + 1}@${first}`);
    const playlists = namesIn("made").filter((name) =>
      /_\d+\.m3u8$/.test(name),
    );
    const all = playlists.flatMap((name) => [
      ...readFileSync(path("made", name), "utf8").matchAll(
        /BYTERANGE:(\d+@\d+)/g,
      ),
    ]);
    expect(playlists).toHaveLength(3);
    expect(all.map(([, range]) => range).sort()).toEqual(ranges.sort());
    const [, peak, average] =
      /BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=(\d+)/.exec(read("made", ".m3u8")) ??
      [];
    expect(Number(peak)).toBeGreaterThan(Number(average));
  });

  test("is replaced by one without them as a whole", async () => {
    await make("replaced");
    await make("replaced", { formats: undefined, overwrite: true });
    expect(
      namesIn("replaced").filter((name) => /mpd|m3u8|vtt/.test(name)),
    ).toEqual([]);
  });

  test("keeps them right when it gets a sound, and loses one", async () => {
    await make("changed");
    const before = namesIn("changed");
    const audioFiles = [
      { path: path("fra.mp4"), trackIds: [2], language: "fra" },
    ];
    const added = await addStreams(ism("changed"), {
      audioFiles,
      fsync: false,
    });
    expect(read("changed", ".m3u8")).toContain('LANGUAGE="fr"');
    expect(read("changed", ".mpd")).toContain('lang="fr"');
    expect(added.files.map(({ file }) => file).sort()).toEqual(
      namesIn("changed"),
    );
    expect(await findings("changed")).toEqual([]);
    await removeStreams(ism("changed"), ["audio_fra"], { fsync: false });
    expect(namesIn("changed")).toEqual(before);
    await removeStreams(ism("changed"), ["text_eng"], { fsync: false });
    expect(namesIn("changed").filter((name) => name.includes("_eng"))).toEqual(
      [],
    );
    expect(await findings("changed")).toEqual([]);
  });

  test("keeps them right when it is protected, and in the clear again", async () => {
    const protection = {
      ...({
        system: "playready",
        contentKey: KEY,
        encryption: "cenc",
      } as const),
    };
    const options = { output: path("secret"), fsync: false, protection };
    await protectPackage(ism("made"), options);
    expect(await findings("secret")).toEqual([]);
    expect(read("secret", ".mpd")).toContain("cenc:default_KID");
    expect(read("secret", "_eng.vtt")).toBe(read("made", "_eng.vtt"));
    await unprotectPackage(ism("secret"), {
      ...{ output: path("clear"), contentKey: KEY, fsync: false },
    });
    expect(namesIn("clear")).toEqual(namesIn("made"));
    for (const end of [".mpd", ".m3u8"])
      expect(read("clear", end)).toBe(read("made", end));
  });
});

describe("verify finds a wrong", () => {
  test.each([
    ["part in the MPD", ".mpd", /(mediaRange="\d+-\d*)(\d)"/, '$10$2"'],
    ["time in the MPD", ".mpd", /<S t="0" d="(\d)/, '<S t="0" d="9$1'],
    ["file in the MPD", ".mpd", /_\d+\.ismv/, "_1.ismv"],
    ["playlist", ".m3u8", /a%20film[^"]*_eng/, "../secret"],
    ["XML", ".mpd", "<Period", "<Perio"],
  ])("%s", async (_, end, from, to) => {
    const folder = `wrong-${_.replaceAll(" ", "-")}`;
    await make(folder);
    const text = read(folder, end);
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    writeFileSync(path(folder, `${NAME}${end}`), changed);
    const found = await findings(folder);
    expect(found.map(({ level }) => level)).toContain("fault");
    expect(new Set(found.map(({ file }) => file))).toEqual(
      new Set([`${NAME}${end}`]),
    );
  });

  test("part in a playlist", async () => {
    await make("wrong-list");
    const [name = ""] = namesIn("wrong-list").filter((one) =>
      /_\d+\.m3u8$/.test(one),
    );
    const file = path("wrong-list", name);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/BYTERANGE:(\d+)@/, "BYTERANGE:1$1@"));
    expect(await findings("wrong-list")).toMatchObject([
      { level: "fault", rule: "parts", file: name },
    ]);
  });
});

describe("what DASH and HLS cannot have is refused", () => {
  test.each([
    ["Smooth Streaming left out", { formats: ["dash"] }, "Expected smooth"],
    ["an unknown format", { formats: ["smooth", "flv"] }, "smooth or dash"],
    [
      "the old layout",
      { layout: "expression-encoder" },
      "Expected --layout standard",
    ],
    [
      "boxes of PIFF",
      { protection: { system: "playready", contentKey: KEY } },
      "Expected --encryption cenc",
    ],
  ])("%s", async (_, options, words) => {
    await expect(make("refused", options)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(words) as string,
    });
  });

  test("also where it is already there", async () => {
    const protection = { system: "playready", contentKey: KEY } as const;
    await expect(
      protectPackage(ism("made"), { output: path("piff"), protection }),
    ).rejects.toMatchObject({ code: "usage" });
  });
});

describe("a preset has formats", () => {
  const rungs = [{ name: "a", width: 160, height: 90, bitrate: "200k" }];
  const file = path("preset.json");

  async function resolved(formats: unknown, more: object = {}) {
    const preset = { rungs, audio: { bitrate: "64k" }, formats };
    writeFileSync(file, JSON.stringify(preset));
    const options = { output: path("by-preset"), preset: file, ...more };
    return resolveOptions(options);
  }

  test("which --formats replaces", async () => {
    expect(await resolved(["dash", "smooth"])).toMatchObject({
      ...{ formatNames: ["smooth", "dash"], tfdt: true },
    });
    expect(await resolved(undefined)).toMatchObject({
      ...{ formatNames: ["smooth"], tfdt: false },
    });
    const given = { formats: ["smooth"] };
    expect(await resolved(["smooth", "hls"], given)).toMatchObject({
      ...{ formatNames: ["smooth"], tfdt: false },
    });
  });

  test("and a film is packaged with them", async () => {
    await resolved(["smooth", "hls"]);
    await pack(path("small.mp4"), {
      ...{ output: path("packed"), name: NAME, preset: file },
    });
    expect(namesIn("packed")).toContain(`${NAME}.m3u8`);
    expect(namesIn("packed")).not.toContain(`${NAME}.mpd`);
  });

  test.each([[["hls"]], [["smooth", "flv"]]])("not %s", async (formats) => {
    await expect(resolved(formats)).rejects.toMatchObject({
      code: "preset",
      message: expect.stringContaining(
        "Expected smooth, and beside it dash or hls.",
      ) as string,
    });
  });
});
