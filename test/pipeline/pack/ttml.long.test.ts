import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mux, pack, plan } from "../../../src/index.js";
import { ffmpeg, makeClip } from "../../support/clip.js";
import { QUICK } from "../../support/films.js";
import { tempFolder } from "../../support/temp.js";

const root = tempFolder();
const path = (name: string) => join(root, name);

/** A film whose captions are TTML documents in MP4; a second one begins at 3 s of its clock. */
beforeAll(async () => {
  await makeClip(path("clip.mp4"), { size: "160x90", seconds: 4 });
  writeFileSync(
    path("de.srt"),
    "1\n00:00:01,000 --> 00:00:02,500\nGuten <i>Tag</i>\n",
  );
  const with_ = (name: string, ...options: string[]) =>
    ffmpeg(
      [
        ...["-v", "error", "-i", path("clip.mp4"), "-i", path("de.srt")],
        ...["-map", "0", "-map", "1", "-c", "copy"],
        ...["-metadata:s:s:0", "language=deu", ...options, path(name)],
      ],
      name,
    );
  const late = ["-output_ts_offset", "3"];
  await with_("film.mp4", "-c:s", "ttml");
  await with_("late.mp4", "-c:s", "ttml", ...late);
  await with_("late-text.mp4", "-c:s", "mov_text", ...late);
}, 60_000);

const EMBEDDED = { captions: ["embedded"], fragmentSeconds: 10 };

const saidIn = (folder: string, file: string) =>
  [
    ...readFileSync(path(join(folder, file)), "utf8").matchAll(
      /begin="(.*?)" end="(.*?)">(.*?)<\/p>/g,
    ),
  ].map(([, begin, end, text = ""]) => [
    ...[begin, end],
    text.replace(/<.*?>/g, ""),
  ]);

const SAID = [["00:00:01.000", "00:00:02.500", "Guten Tag"]];

/** Makes the package in one way, and tells what is said when. */
async function saidOf(name: string, way: "pack" | "mux") {
  const folder = `${way}-${name}`;
  const options = { output: path(folder), ...QUICK, ...EMBEDDED };
  const input = path(`${name}.mp4`);
  const { plan } = await (way === "pack"
    ? pack(input, options)
    : mux([input], options));
  expect(plan.notes.join("\n")).not.toContain("left out");
  return saidIn(folder, `${name}_deu.ismt`);
}

describe("captions as documents of TTML in an MP4", () => {
  test("are told when nobody asked for them", async () => {
    const { notes } = await plan(path("film.mp4"), QUICK);
    expect(notes).toContain(
      "1 caption stream is left out (stream 2 stpp deu): --captions embedded takes it",
    );
    const muxed = await mux([path("film.mp4")], { output: path("without") });
    expect(muxed.plan.notes).toContain(
      "film.mp4: 1 caption track is left out (track 3 stpp deu): --captions embedded takes it",
    );
  });

  test.each(["pack", "mux"] as const)(
    "become a stream of the package at their times: %s",
    async (way) => {
      expect(await saidOf("film", way)).toEqual(SAID);
      // Captions that ffmpeg reads have the right times.
      expect(await saidOf("late", way)).toEqual(await saidOf("late-text", way));
    },
  );

  test("are left out with the reason when one cannot be read", async () => {
    const bytes = readFileSync(path("film.mp4"), "latin1");
    const broken = bytes.replace("<body>", "<bady>");
    writeFileSync(path("broken.mp4"), broken, "latin1");
    const made = await mux([path("broken.mp4")], {
      ...{ output: path("broken"), ...EMBEDDED },
    });
    expect(made.plan.text).toEqual([]);
    expect(made.plan.notes).toContainEqual(
      expect.stringMatching(
        /^stream 2 \(stpp, deu\) is left out: it is not TTML/,
      ),
    );
  });
});

test("a track of chapters is no stream that is left out: they were taken", async () => {
  writeFileSync(
    path("chapters.txt"),
    ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=4000\ntitle=All\n",
  );
  await ffmpeg(
    [
      ...["-v", "error", "-i", path("clip.mp4"), "-i", path("chapters.txt")],
      ...["-map", "0", "-map_chapters", "1", "-c", "copy", path("told.mp4")],
    ],
    "told.mp4",
  );
  const { notes, chapters, source } = await plan(path("told.mp4"), QUICK);
  expect(chapters?.list).toHaveLength(1);
  expect(notes.join("\n")).not.toContain("left out");
  expect(source.ignored).toEqual([]);
});
