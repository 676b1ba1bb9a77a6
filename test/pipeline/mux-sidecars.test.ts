import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mux, pack, type MuxOptions } from "../../src/index.js";
import { REQUEST } from "../drm/package.js";
import { ffmpeg } from "../support/clip.js";
import { QUICK } from "../support/films.js";
import {
  FOUR,
  makeFourColours,
  thumbnailsIn,
} from "../support/four-colours.js";
import { tempFolder } from "../support/temp.js";

const root = tempFolder();
const path = (name: string) => join(root, name);

/** The film, the film with a begin of its own, and a sound that begins before both. */
beforeAll(async () => {
  await makeFourColours(path("film.mp4"), 0, ["-g", "25", "-bf", "2"]);
  const late = ["-g", "25", "-bf", "2", "-output_ts_offset", "1.5"];
  await makeFourColours(path("late.mp4"), 1500, late);
  await ffmpeg(
    [
      ...["-v", "error", "-f", "lavfi", "-i", "sine=d=10", "-c:a", "aac"],
      path("sound.mp4"),
    ],
    "sound.mp4",
  );
}, 60_000);

const muxed = (
  files: readonly string[],
  output: string,
  more: Partial<MuxOptions> = {},
) =>
  mux(files.map(path), {
    ...{ output: path(output), name: "film", fsync: false },
    ...more,
  });

const textOf = (...parts: string[]) =>
  readFileSync(path(join(...parts)), "utf8");

/** The file again with four letters replaced, wherever they stand. */
function patched(name: string, from: string, to: string): string {
  const bytes = readFileSync(path(name)).toString("latin1");
  expect(bytes).toContain(from);
  const target = `${to}-${name}`.replaceAll(/\W(?=.*\.)/g, "-");
  writeFileSync(path(target), bytes.replaceAll(from, to), "latin1");
  return target;
}

describe("mux", () => {
  test("writes the chapters of an MP4 as the main job does, and thumbnails", async () => {
    const { files, plan, report, notes } = await muxed(["film.mp4"], "both", {
      thumbnailSeconds: 2,
    });
    expect([report.findings, notes, plan.notes]).toEqual([[], [], []]);
    const main = await pack(path("film.mp4"), {
      output: path("main"),
      ...QUICK,
    });
    const name = "film.chapters.vtt";
    expect(textOf("both", name)).toBe(textOf("main", name));
    expect(plan.chapters).toEqual(main.plan.chapters);
    expect(await thumbnailsIn(path("both"))).toEqual(FOUR);
    expect(files.map(({ file }) => file.replace(/_\d+/, ""))).toEqual([
      ...["film.ismv", "film.chapters.vtt", "film.thumbs.vtt"],
      ...["film.thumbs.jpg", "film.ismc", "film.ism"],
    ]);
    expect(textOf("both", "film.ism")).toContain('content="film.thumbs.jpg"');
  });

  test("of a package keeps its chapters, as the main command does", async () => {
    const name = "film.chapters.vtt";
    await muxed(["film.mp4"], "kept", { thumbnailSeconds: 2 });
    const { plan } = await muxed(["kept/film.ism"], "kept-mux");
    expect(textOf("kept-mux", name)).toBe(textOf("kept", name));
    expect(plan.notes).toEqual([
      "its thumbnails are not taken: --thumbnails SECONDS makes new ones",
    ]);
    const output = path("kept-pack");
    await pack(path("kept/film.ism"), { output, ...QUICK });
    expect(textOf("kept-pack", name)).toBe(textOf("kept", name));
    writeFileSync(path(join("kept", name)), "no captions");
    const damaged = await muxed(["kept/film.ism"], "kept-not");
    expect(damaged.plan.chapters).toBeUndefined();
    expect(damaged.plan.notes[0]).toMatch(/^its chapters are left out: film/);
  });

  test("needs no ffmpeg for chapters, and says so when it lacks one for thumbnails", async () => {
    const none = { ffmpegPath: path("none"), ffprobePath: path("none") };
    const { plan } = await muxed(["film.mp4"], "no-tools", none);
    expect(plan.chapters?.list).toHaveLength(3);
    const more = { ...none, thumbnailSeconds: 2 };
    await expect(muxed(["film.mp4"], "no-tools-2", more)).rejects.toThrow(
      /none: cannot be used as ffmpeg/,
    );
    await expect(
      muxed(["film.mp4"], "no-tools-2", { ...none, thumbnailSeconds: 0 }),
    ).rejects.toThrow(/--thumbnails is "0"\. Expected seconds from 1 to 3600/);
  });

  test("takes thumbnails of a package again, on whatever clock ffmpeg sees its fragments", async () => {
    const { tracks } = (await muxed(["film.mp4"], "once")).plan;
    const again = join("once", tracks[0]?.file ?? "");
    await muxed([again], "again", { thumbnailSeconds: 2 });
    expect(await thumbnailsIn(path("again"))).toEqual(FOUR);
  });

  test("moves both with the picture where the inputs begin later, or one earlier", async () => {
    await muxed(["late.mp4"], "late", { thumbnailSeconds: 2 });
    expect(textOf("late", "film.chapters.vtt")).toContain(
      "00:00:02.500 --> 00:00:06.000\nPříběh",
    );
    expect(await thumbnailsIn(path("late"))).toEqual(FOUR);
    await muxed(["late.mp4", "sound.mp4"], "held", { thumbnailSeconds: 2 });
    const chapters = textOf("held", "film.chapters.vtt");
    expect(chapters).toContain("00:00:04.000 --> 00:00:07.500\nPříběh");
    // Its first picture is held; the next key frames are one second apart.
    expect(await thumbnailsIn(path("held"))).toEqual([
      ["00:00:00.000", "red"],
      ["00:00:02.500", "red"],
      ["00:00:04.500", "lime"],
      ["00:00:06.500", "blue"],
      ["00:00:08.500", "white"],
    ]);
  });

  test("takes thumbnails of the lowest picture, wherever it lies, also of an encrypted package", async () => {
    await ffmpeg(
      [
        ...[
          "-v",
          "error",
          "-i",
          path("film.mp4"),
          "-map",
          "0:v",
          "-map",
          "0:v",
        ],
        ...["-c:v:0", "copy", "-filter:v:1", TURNED, "-c:v:1"],
        ...["libx264", "-preset", "ultrafast", "-g", "50", "-b:v:1", "5k"],
        ...["-map_chapters", "-1", path("two.mp4")],
      ],
      "two.mp4",
    );
    const { notes, plan } = await muxed(["two.mp4"], "two", {
      ...{ thumbnailSeconds: 2, protection: REQUEST },
    });
    const lowest = plan.tracks.findLast(({ stream }) => stream === "video");
    const colours = (await thumbnailsIn(path("two"))).map(([, name]) => name);
    expect(lowest?.source.trackId).toBe(2);
    expect(colours).toEqual(["blue", "red", "lime", "white"]);
    expect(notes).toContain(
      "film.thumbs.jpg: thumbnails are pictures of the film in the clear",
    );
  });

  test("reads the list of Nero where no track has the chapters, and the first input that has some", async () => {
    const listed = patched("film.mp4", "chap", "CHAP");
    await muxed(["sound.mp4", listed], "listed");
    expect(textOf("listed", "film.chapters.vtt")).toContain(
      "00:00:02.500 --> 00:00:06.000\nPříběh --&gt; dál",
    );
  });

  test("leaves chapters out that cannot be read, with a note, and packages the rest", async () => {
    const bytes = readFileSync(path("film.mp4"));
    const stts = bytes.lastIndexOf("stts");
    bytes.writeUInt32BE(77, stts + 12); // more samples than the track has
    writeFileSync(path("damaged.mp4"), bytes);
    const { plan } = await muxed(["damaged.mp4"], "damaged");
    expect(plan.chapters).toBeUndefined();
    expect(plan.notes).toEqual([
      expect.stringMatching(
        /^its chapters are left out: .*damaged\.mp4 track 2: stts describes \d+ samples/,
      ),
    ]);
  });
});

/** Red becomes blue, green red, and blue green. */
const TURNED = "scale=64:36,colorchannelmixer=rr=0:rg=1:gg=0:gb=1:bb=0:br=1";

describe("captions inside an input that nobody asked for", () => {
  test("are told with the option that takes them; chapters are none", async () => {
    writeFileSync(path("de.srt"), "1\n00:00:01,000 --> 00:00:02,000\nHallo\n");
    await ffmpeg(
      [
        ...["-v", "error", "-i", path("film.mp4"), "-i", path("de.srt")],
        ...[
          "-map",
          "0",
          "-map",
          "-0:d",
          "-map",
          "1",
          "-map",
          "1",
          "-c",
          "copy",
        ],
        ...["-c:s", "mov_text", "-metadata:s:s:0", "language=deu"],
        path("texts.mp4"),
      ],
      "texts.mp4",
    );
    const { plan } = await muxed(["texts.mp4"], "texts");
    expect(plan.notes).toEqual([
      "texts.mp4: 2 caption tracks are left out (tracks 2 tx3g deu, 3 tx3g und): --captions embedded takes them",
    ]);
    const taken = { captions: ["embedded"] };
    const all = await muxed(["texts.mp4"], "texts-taken", taken);
    expect(all.plan.notes.join("\n")).not.toContain("left out");
    const other = basename(patched("texts.mp4", "tx3g", "abcd"));
    const unread = await muxed([other], "texts-other");
    expect(unread.plan.notes).toEqual([
      expect.stringContaining(
        "abcd deu, 3 abcd und): captions of this kind are not read",
      ),
    ]);
  });
});
