import { statSync, truncateSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { pack, verify } from "../../../src/index.js";
import { readMovie } from "../../../src/isobmff/read-movie.js";
import { ffmpeg, makeClip } from "../../support/clip.js";
import { firstBeep, whitePictures } from "../../support/measure.js";
import { test } from "../../support/scratch-folder.js";
import { tempFolder } from "../../support/temp.js";

const FLASH = 13;
const OPTIONS = { rungs: ["160x90:120k"], encoderPreset: "ultrafast" };

/** A flash and a burst at 13 s, a caption then, and chapters at 0, 10 and 20 s. */
async function makeFilm(name: string, args: string[] = []): Promise<string> {
  const folder = tempFolder();
  const clip = await makeClip(join(folder, "clip.mkv"), {
    ...{ size: "160x90", seconds: 30 },
    audio: `aevalsrc='if(between(t\\,${FLASH}\\,${FLASH + 0.3})\\,0.8*sin(2*PI*1000*t)\\,0)':s=48000`,
    filters: `drawbox=color=white:t=fill:enable='between(t,${FLASH - 0.01},${FLASH + 0.19})'`,
  });
  const chapters = join(folder, "chapters.txt");
  const list = [0, 10, 20].map(
    (at) =>
      `[CHAPTER]\nTIMEBASE=1/1\nSTART=${at}\nEND=${at + 10}\ntitle=At ${at}\n`,
  );
  writeFileSync(chapters, `;FFMETADATA1\n${list.join("")}`);
  const captions = join(folder, "clip.srt");
  writeFileSync(captions, SRT);
  const path = join(folder, name);
  const inputs = ["-i", clip, "-i", chapters, "-i", captions];
  const maps = ["-map", "0", "-map", "2", "-map_chapters", "1"];
  const text = name.endsWith(".mkv") ? ["-c:s", "srt"] : ["-c:s", "mov_text"];
  await ffmpeg(
    [
      ...["-v", "error", "-nostdin", ...inputs, ...maps, "-c", "copy"],
      ...[...(name.endsWith(".ts") ? ["-sn"] : text), ...args, path],
    ],
    path,
  );
  return path;
}

const SRT = `1
00:00:05,000 --> 00:00:06,000
before

2
00:00:13,000 --> 00:00:14,500
flash

3
00:00:24,000 --> 00:00:26,000
over the end
`;

describe("a part of a film: what is at 13 s of the film is at 2 s of its part from 11 s on", () => {
  for (const [title, name, args, second] of [
    ["of Matroska", "film.mkv", [], "9.0"],
    [
      "of MP4 whose clock begins at 1.5 s",
      "film.mp4",
      ["-output_ts_offset", "1.5"],
      "7.5",
    ],
    ["of MPEG-TS", "film.ts", [], ""],
  ] as [string, string, string[], string][])
    test(title, async ({ scratch }) => {
      const film = await makeFilm(name, args);
      const beside = join(scratch, "film.eng.srt");
      writeFileSync(beside, SRT);
      const hasText = !name.endsWith(".ts");
      const { folder, manifest, plan } = await pack(film, {
        ...{ ...OPTIONS, output: join(scratch, "out"), start: 11, end: 25 },
        captions: [`${beside}=eng`, ...(hasText ? ["embedded"] : [])],
      });
      expect((await verify(manifest)).findings).toEqual([]);
      expect(plan.durationSeconds).toBeCloseTo(14);
      await expectLater(folder, film, 11);
      const texts = plan.streams.filter(({ kind }) => kind === "text");
      expect(texts.map(({ name: stream }) => stream)).toEqual(
        hasText ? ["text_eng", "text_und"] : ["text_eng"],
      );
      expect(texts.map((text) => "cues" in text && text.cues)).toEqual(
        texts.map(() => 2),
      );
      for (const text of texts)
        expect(await cuesIn(folder, text.rungs[0].file)).toEqual([
          "0.0 1.5 flash",
          "1.0 2.0 over the end",
        ]);
      if (!hasText) return;
      const chapters = await readFile(
        join(folder, "film.chapters.vtt"),
        "utf8",
      );
      expect(chapters.match(/\d\.\d(?=\d\d -->)|^At.*$/gm)).toEqual([
        ...["0.0", "At 10", second, "At 20"],
      ]);
    });

  test("in pieces it is the same", async ({ scratch }) => {
    const film = await makeFilm("film.mkv");
    const { folder, plan } = await pack(film, {
      ...{ ...OPTIONS, output: join(scratch, "out"), start: 2 },
      pieces: 8,
    });
    expect(plan.streams[0]).toMatchObject({ pieces: [0, 200, 400, 600] });
    await expectLater(folder, film, 2);
  });

  test("of sound alone", async ({ scratch }) => {
    const film = await makeFilm("film.mkv");
    const sound = join(scratch, "sound.m4a");
    const copy = [
      "-i",
      film,
      "-vn",
      "-sn",
      "-c:a",
      "aac",
      "-map_chapters",
      "-1",
    ];
    await ffmpeg(["-v", "error", "-nostdin", ...copy, sound], sound);
    const { folder, durationSeconds } = await pack(sound, {
      ...{ output: join(scratch, "out"), start: 11.25, duration: 5 },
    });
    expect(Math.abs(durationSeconds - 5)).toBeLessThan(0.05);
    const whole = await pack(sound, { output: join(scratch, "whole") });
    const [part, all] = await Promise.all(
      [folder, whole.folder].map((each) =>
        firstBeep(join(each, "sound_und_128.isma")),
      ),
    );
    expect(Math.abs((all?.from ?? NaN) - FLASH)).toBeLessThan(0.05);
    const later = (all?.from ?? NaN) - (part?.from ?? NaN);
    expect(Math.abs(later - 11.25)).toBeLessThan(0.005);
  });
});

/** Flash and burst are so many seconds earlier than in a package of the whole film. */
async function expectLater(
  part: string,
  film: string,
  seconds: number,
): Promise<void> {
  const output = join(part, "..", "whole");
  const { folder } = await pack(film, { ...OPTIONS, output });
  const seen = (of: string) => whitePictures(join(of, "film_120.ismv"));
  const heard = async (of: string) =>
    (await firstBeep(join(of, "film_und_128.isma"))).from;
  const whole = await seen(folder);
  expect(Math.abs((whole[0] ?? NaN) / 25 - FLASH)).toBeLessThan(0.05);
  expect(await seen(part)).toEqual(whole.map((frame) => frame - seconds * 25));
  const later = (await heard(folder)) - (await heard(part));
  expect(Math.abs(later - seconds)).toBeLessThan(0.005);
}

/** Begin, end and text of the cues, by their fragments. Matroska's picture begins 21 ms after 0, and so do cues. */
async function cuesIn(folder: string, file: string): Promise<string[]> {
  const text = (await readFile(join(folder, file))).toString("latin1");
  const cues = text.matchAll(
    /<p [^>]*begin="00:00:([^"]+)" end="00:00:([^"]+)">([^<]+)/g,
  );
  const short = (seconds = "") => Number(seconds).toFixed(1);
  return [...cues].map(
    ([, begin, end, words]) => `${short(begin)} ${short(end)} ${words}`,
  );
}

describe("of a damaged film, a part is whole where nothing of it is lost", () => {
  const part = async (output: string, settings: object) => {
    const film = join(output, "damaged.mp4");
    const clip = { size: "160x90", seconds: 12, options: ["-g", "100"] };
    await makeClip(film, { ...clip, audio: "sine=r=48000" });
    // From frame 110 on nothing of the group of pictures decodes: 4.4 to 8 s.
    const [track] = await readMovie(film);
    const bytes = await readFile(film);
    for (const i of [110, 111, 112]) {
      const from = track?.samples.offset[i] ?? 0;
      bytes.fill(0xff, from, from + (track?.samples.size[i] ?? 0));
    }
    writeFileSync(film, bytes);
    return pack(film, { ...OPTIONS, output: join(output, "out"), ...settings });
  };
  for (const settings of [{ start: 8.2 }, { end: 4 }])
    test(JSON.stringify(settings), async ({ scratch }) => {
      expect((await part(scratch, settings)).lost).toEqual([]);
    });
  for (const settings of [{ start: 7 }, { end: 5 }])
    test(`${JSON.stringify(settings)} is refused`, async ({ scratch }) => {
      await expect(part(scratch, settings)).rejects.toThrow("is damaged, lost");
    });
});

describe("of a film that is cut off, a part behind all that is there is refused, whatever ffmpeg says", () => {
  const half = async (output: string, audio: string | null) => {
    const film = join(output, "half.mp4");
    const options = ["-g", "50", "-movflags", "+faststart"];
    await makeClip(film, { size: "160x90", seconds: 30, audio, options });
    truncateSync(film, Math.floor(statSync(film).size / 2));
    return film;
  };
  for (const audio of ["sine=r=48000", null])
    test(`with sound: ${audio}`, async ({ scratch }) => {
      const film = await half(scratch, audio);
      const options = { ...OPTIONS, salvage: true, verify: "quick" as const };
      await expect(
        pack(film, { ...options, output: join(scratch, "out"), start: 25 }),
      ).rejects.toMatchObject({
        code: "input",
        message: expect.stringMatching(
          /nothing decodes of the part from 25.0 s on, lost: picture 1/,
        ) as string,
      });
      const { lost, durationSeconds } = await pack(film, {
        ...{ ...options, output: join(scratch, "kept"), start: 10 },
      });
      expect(durationSeconds).toBeGreaterThan(2);
      expect(lost[0]?.stream).toBe("video");
    });
});
