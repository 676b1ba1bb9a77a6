import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mux } from "../../src/index.js";
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

/** Two rungs, two sounds of one language, one of another, captions of two kinds. */
beforeAll(async () => {
  // Several fragments: times of captions count from the begin of each.
  const options = ["-g", "25"];
  const audio = "sine=440:sample_rate=48000";
  await makeClip(path("film.mp4"), { audio, options });
  const small = { size: "160x90", audio: null };
  await makeClip(path("small.mp4"), { ...small, options });
  await makeClip(path("other.mp4"), { audio: "sine=880:sample_rate=44100" });
  await makeClip(path("fra.mp4"), { audio: "sine=660:sample_rate=48000" });
  writeFileSync(path("film.srt"), SRT);
  writeFileSync(path("film.de.srt"), SRT.replace("At the top", "Oben"));
  await mux(
    [
      { path: path("film.mp4"), tracks: { 2: { language: "eng" } } },
      { path: path("small.mp4"), bitrate: 300_000 },
      { path: path("other.mp4"), trackIds: [2], language: "eng" },
      { path: path("fra.mp4"), trackIds: [2], language: "fra" },
    ],
    {
      ...{ output: path("package"), name: "film", fsync: false },
      captions: [`${path("film.srt")}=eng,caption`, path("film.de.srt")],
    },
  );
}, 120_000);

const muxed = (ism: string, output: string) =>
  mux([ism], { output: path(output), fsync: false });

/** The package again, in a folder of its own, to be changed. */
function copyOf(target: string): string {
  mkdirSync(path(target));
  for (const name of readdirSync(path("package")))
    copyFileSync(path("package", name), path(target, name));
  return path(target, "film.ism");
}

function change(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  expect(text).toContain(from);
  writeFileSync(file, text.replaceAll(from, to));
}

describe("mux of a package", () => {
  test("gives the same bytes again: names, languages, bitrates and captions", async () => {
    const { plan, notes } = await muxed(path("package", "film.ism"), "again");
    expect([...plan.notes, ...notes]).toEqual([]);
    const names = readdirSync(path("package"));
    expect(names).toHaveLength(9);
    expect(readdirSync(path("again"))).toEqual(names);
    for (const name of names) {
      const [old, now] = ["package", "again"].map((folder) =>
        readFileSync(path(folder, name)),
      );
      expect(now?.equals(old ?? Buffer.of()), name).toBe(true);
    }
  });

  test("keeps the names of streams that other makers chose", async () => {
    const ism = copyOf("named");
    for (const file of [ism, path("named", "film.ismc")])
      change(file, "audio_fra", "Commentary-2");
    const { plan } = await muxed(ism, "from-named");
    expect(plan.tracks.map(({ stream }) => stream)).toEqual([
      ...["video", "video", "audio_eng", "audio_eng_2", "Commentary-2"],
    ]);
  });

  test("measures a bitrate that its manifests name and its samples do not have", async () => {
    const ism = copyOf("rated");
    for (const file of [ism, path("rated", "film.ismc")])
      change(file, "300000", "9000000");
    const { plan } = await muxed(ism, "from-rated");
    expect(plan.tracks[1]?.bitrate).toBeLessThan(400_000);
    expect(plan.notes).toEqual([
      expect.stringMatching(/^the old manifests say 9000 kbit\/s where /),
    ]);
  });

  test("takes the languages of the .ism where the .ismc is lost", async () => {
    const ism = copyOf("lost");
    rmSync(path("lost", "film.ismc"));
    const { plan } = await muxed(ism, "from-lost");
    expect(plan.tracks.map(({ source }) => source.track.language)).toEqual([
      ...["und", "und", "eng", "eng", "fra"],
    ]);
    expect(plan.text.map(({ language }) => language)).toEqual(["eng", "deu"]);
    expect(plan.notes).toEqual([
      expect.stringContaining("its client manifest is not used: film.ismc"),
    ]);
  });

  test("finds media in a folder below, and never outside", async () => {
    const ism = copyOf("below");
    mkdirSync(path("below", "media"));
    const moved = readdirSync(path("below")).filter((name) =>
      /\.ism[avt]$/.test(name),
    );
    for (const name of moved) {
      copyFileSync(path("below", name), path("below", "media", name));
      rmSync(path("below", name));
    }
    change(ism, 'src="', 'src="media\\');
    const { files } = await muxed(ism, "from-below");
    expect(files).toHaveLength(9);
    change(ism, 'src="media\\', 'src="..\\package\\');
    await expect(muxed(ism, "from-outside")).rejects.toMatchObject({
      code: "input",
      message: expect.stringContaining(
        "Expected files in its folder",
      ) as string,
    });
  });

  test("leaves out a text stream that is no captions, and says so", async () => {
    const ism = copyOf("data");
    change(path("data", "film.ismc"), 'Subtype="SUBT"', 'Subtype="SCMD"');
    const { plan } = await muxed(ism, "from-data");
    expect(plan.text.map(({ name }) => name)).toEqual(["text_eng"]);
    expect(plan.notes).toEqual([
      "text_deu is left out: it is no captions (SCMD)",
    ]);
  });

  test("never replaces its own source", async () => {
    const ism = copyOf("self");
    const before = readFileSync(ism);
    const again = mux([ism], { output: path("self"), overwrite: true });
    await expect(again).rejects.toMatchObject({ code: "usage" });
    expect(readFileSync(ism).equals(before)).toBe(true);
  });

  test("that does not say which track of a file it means is refused", async () => {
    const ism = copyOf("unnumbered");
    change(ism, 'name="trackID"', 'name="track"');
    await expect(muxed(ism, "from-unnumbered")).rejects.toMatchObject({
      code: "input",
      message: expect.stringContaining("gives no trackID for") as string,
    });
  });

  test.each([
    ["track IDs", { trackIds: [1] }],
    ["a bitrate", { bitrate: 300_000 }],
    ["a track's language", { tracks: { 1: { language: "fra" } } }],
  ])("with %s is refused", async (_, words) => {
    const input = { path: path("package", "film.ism"), ...words };
    await expect(
      mux([input], { output: path("from-ids") }),
    ).rejects.toMatchObject({ code: "usage" });
  });

  test("with a language has it for all of its sounds", async () => {
    const input = { path: path("package", "film.ism"), language: "swe" };
    const options = { output: path("swedish"), fsync: false };
    const { plan } = await mux([input], options);
    expect(plan.tracks.map(({ source }) => source.track.language)).toEqual([
      ...["und", "und", "swe", "swe", "swe"],
    ]);
  });

  test("takes the same sound in the file of each rung once", async () => {
    await makeClip(path("rung.mp4"), {
      ...{ size: "160x90", audio: "sine=440:sample_rate=48000" },
    });
    const inputs = [path("film.mp4"), path("rung.mp4")];
    const { plan } = await mux(inputs, { output: path("once"), fsync: false });
    expect(plan.tracks.map(({ stream }) => stream)).toEqual([
      ...["video", "video", "audio"],
    ]);
    expect(plan.notes).toEqual([
      "rung.mp4 track 2: left out, the same sound is in another file",
    ]);
  });
});
