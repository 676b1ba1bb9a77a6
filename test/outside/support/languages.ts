import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { madeOnce } from "../../support/made-once.js";
import { run, tools } from "../../support/programs.js";

/** A film with three languages, one of them in 5.1 as well, and captions from two forms of files. */
export const FILM = {
  seconds: 8,
  frames: 200,
  /** Each sound is silent but for bursts of a tone of its own. */
  hertz: { eng: 500, deu: 900, fra: 1400 },
  /** The names of the sounds in the package, the default first. */
  sounds: ["audio_eng", "audio_deu", "audio_fra", "audio_fra_2"],
} as const;

/** Captions have the picture's fragments. */
export const FRAGMENT_SECONDS = 2;

export type Language = keyof typeof FILM.hertz;

/** One goes over the border of two fragments, one begins at a border. */
export const CUES = [
  { begin: 0.5, end: 1.5, eng: "One", deu: "Eins" },
  { begin: 1.6, end: 2.8, eng: "Two & more", deu: "Zwei & mehr" },
  { begin: 4, end: 5, eng: "Three", deu: "Drei" },
  { begin: 6.5, end: 7.9, eng: "Four", deu: "Vier" },
] as const;

/** Its folder, made by the built command. */
export async function languagesFolder(): Promise<string> {
  return madeOnce("outside-languages", async (work, made) => {
    const film = join(work, "film.mkv");
    await makeFilm(film);
    await writeFile(join(work, "film.srt"), subRip());
    await writeFile(join(work, "film.vtt"), webVtt());
    await run(process.execPath, [
      fileURLToPath(new URL("../../../bin/mss-pack.js", import.meta.url)),
      ...[film, "-o", made, "--name", "clip", "--audio-channels", "6"],
      ...["--rung", "160x90:100k", "--encoder-preset", "ultrafast"],
      ...["--captions", `${join(work, "film.srt")}=eng`],
      ...["--captions", `${join(work, "film.vtt")}=deu,caption`],
    ]);
  });
}

/** The bitrate of the one rung, as the client manifest has it. */
export async function bitrateOf(folder: string): Promise<number> {
  const ismc = await readFile(join(folder, "clip.ismc"), "utf8");
  return Number(/<QualityLevel[^>]* Bitrate="(\d+)"/.exec(ismc)?.[1]);
}

async function makeFilm(path: string): Promise<void> {
  const { ffmpeg } = await tools();
  const languages = Object.entries(FILM.hertz);
  const sounds = languages.flatMap(([language, hertz]) => {
    const burst = `0.7*sin(2*PI*${hertz}*t)*between(mod(t\\,2)\\,1\\,1.4)`;
    const channels = language === "fra" ? "5.1" : "stereo";
    return [
      ...["-f", "lavfi"],
      ...["-i", `aevalsrc=${burst}:s=48000:c=${channels}`],
    ];
  });
  await run(ffmpeg.path, [
    ...["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25"],
    ...sounds,
    ...["-map", "0", "-map", "1", "-map", "2", "-map", "3"],
    ...languages.flatMap(([language], i) => [
      `-metadata:s:a:${i}`,
      `language=${language}`,
    ]),
    ...["-t", String(FILM.seconds), "-pix_fmt", "yuv420p"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", path],
  ]);
}

function subRip(): string {
  return CUES.map(
    ({ begin, end, eng }, i) =>
      `${i + 1}\n${clock(begin, ",")} --> ${clock(end, ",")}\n${eng}\n`,
  ).join("\n");
}

function webVtt(): string {
  const cues = CUES.map(
    ({ begin, end, deu }) =>
      `${clock(begin, ".")} --> ${clock(end, ".")}\n${deu.replace("&", "&amp;")}\n`,
  );
  return ["WEBVTT\n", ...cues].join("\n");
}

function clock(seconds: number, point: string): string {
  return `00:00:0${seconds.toFixed(3).replace(".", point)}`;
}
