import { readFileSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect } from "vitest";
import { pack, type PackOptions } from "../../src/index.js";
import { ffmpeg } from "../support/clip.js";
import { looksOf } from "../support/crashes.js";
import { QUICK } from "../support/films.js";
import { test } from "../support/scratch-folder.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const path = (name: string) => join(folder, name);
const made = path("made");

const srt = (words: string) => `1\n00:00:00,200 --> 00:00:00,800\n${words}\n`;

/** A film of a second with two languages, and captions in both. */
beforeAll(async () => {
  const sound = (hertz: number) => ["-f", "lavfi", "-i", `sine=f=${hertz}:d=1`];
  await ffmpeg(
    [
      ...["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1"],
      ...[...sound(500), ...sound(900)],
      ...["-map", "0", "-map", "1", "-map", "2"],
      ...["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
      ...["-c:a", "aac", path("film.mkv")],
    ],
    path("film.mkv"),
  );
  writeFileSync(path("film.eng.srt"), srt("Hello"));
  writeFileSync(path("film.deu.srt"), srt("Hallo"));
  writeFileSync(path("other.srt"), srt("Holla"));
  await pack(path("film.mkv"), optionsFor(made));
});

function optionsFor(output: string): PackOptions {
  const captions = [
    `${path("film.eng.srt")}=eng`,
    `${path("film.deu.srt")}=deu`,
  ];
  return { ...QUICK, output, captions, skipExisting: true };
}

/** The streams of the client manifest, and the words of all captions. */
function contentOf(folder: string, files: readonly { file: string }[]) {
  const manifest = readFileSync(join(folder, "film.ismc"), "utf8");
  const names = [...manifest.matchAll(/<StreamIndex [^>]*?Name="(\w+)"/g)];
  const texts = files
    .filter(({ file }) => file.endsWith(".ismt"))
    .map(({ file }) => readFileSync(join(folder, file), "utf8"));
  const words = /(?<=>)H\w+(?=<\/p>)/g;
  return {
    streams: names.map(([, name]) => name).filter((name) => name !== "video"),
    words: texts.flatMap((text) => text.match(words) ?? []),
  };
}

describe("with --skip-existing, a package of several sounds and captions", () => {
  test("is left alone when they are the same, wherever the caption files are", async ({
    scratch,
  }) => {
    const output = join(scratch, "out");
    await cp(made, output, { recursive: true });
    const before = looksOf(output);
    for (const name of ["film.eng.srt", "film.deu.srt"])
      await cp(path(name), join(scratch, name));
    const captions = ["eng", "deu"].map(
      (language) => `${join(scratch, `film.${language}.srt`)}=${language}`,
    );
    for (const more of [{}, { captions }, { audio: "eng,deu" }]) {
      const options = { ...optionsFor(output), ...more };
      expect((await pack(path("film.mkv"), options)).skipped).toBe(true);
    }
    expect(looksOf(output)).toEqual(before);
  });

  const BOTH = ["audio_eng", "audio_deu"];
  const CAPTIONS = ["text_eng", "text_deu"];

  test.for<[string, Partial<PackOptions>, string[], string[]]>([
    [
      "another caption file",
      {
        captions: [`${path("film.eng.srt")}=eng`, `${path("other.srt")}=deu`],
      },
      [...BOTH, ...CAPTIONS],
      ["Hello", "Holla"],
    ],
    [
      "captions of another language",
      {
        captions: [
          `${path("film.eng.srt")}=eng`,
          `${path("film.deu.srt")}=fra`,
        ],
      },
      [...BOTH, "text_eng", "text_fra"],
      ["Hello", "Hallo"],
    ],
    [
      "no captions of one language",
      { captions: [`${path("film.eng.srt")}=eng`] },
      [...BOTH, "text_eng"],
      ["Hello"],
    ],
    [
      "another language of a sound",
      { language: "2=fra" },
      ["audio_eng", "audio_fra", ...CAPTIONS],
      ["Hello", "Hallo"],
    ],
    [
      "another sound first",
      { audio: "deu,eng" },
      ["audio_deu", "audio_eng", ...CAPTIONS],
      ["Hello", "Hallo"],
    ],
  ])(
    "is in the way of %s, made anew with --overwrite, and then left alone",
    async ([, changes, streams, words], { scratch }) => {
      const output = join(scratch, "out");
      await cp(made, output, { recursive: true });
      const options = { ...optionsFor(output), ...changes };
      await expect(pack(path("film.mkv"), options)).rejects.toMatchObject({
        code: "exists",
      });
      const anew = await pack(path("film.mkv"), {
        ...options,
        overwrite: true,
      });
      expect(anew.skipped).toBe(false);
      expect(contentOf(output, anew.files)).toEqual({ streams, words });
      expect((await pack(path("film.mkv"), options)).skipped).toBe(true);
    },
  );
});
