import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { protectPackage, contentKey } from "../../../src/index.js";
import { ffmpeg } from "../../support/clip.js";
import { madeOnce } from "../../support/made-once.js";
import { run } from "../../support/programs.js";

/** Noise fills small pictures with the bits that the adaptation is to feel. */
export const FILM = {
  seconds: 40,
  /** The same for whoever waits for the rules: they take as long as the machine does. */
  longSeconds: 120,
  fragmentSeconds: 2,
  /** Highest first: 4.0, 1.5 and 0.4 Mbit/s. */
  heights: [360, 240, 180],
  languages: ["eng", "fra"],
} as const;

type Kilobits = readonly [number, number, number];

const USUAL: Kilobits = [4000, 1500, 400];

const SIZES = ["640:360", "426:240", "320:180"];

/** A folder for `serve`: `film` at its top, and `shelf/film` below. */
export async function servedFolder(): Promise<string> {
  return madeOnce("player", async (work, made) => {
    const files = await makeRungs(work, USUAL, FILM.seconds);
    await mux(files, made);
    await mux(files, join(made, "shelf"));
  });
}

/** The same film, three times as long. */
export async function longFolder(): Promise<string> {
  return madeOnce("player-long", async (work, made) =>
    mux(await makeRungs(work, USUAL, FILM.longSeconds), made),
  );
}

/** A short film with two rungs of one size, and two bitrates of one language. */
export async function twinsFolder(): Promise<string> {
  return madeOnce("twins", async (work, made) => {
    const [first, second] = ["first.mp4", "second.mp4"].map((name) =>
      join(work, name),
    ) as [string, string];
    await twin(first, ["400k", "96k"]);
    await twin(second, ["150k", "48k"]);
    await run(process.execPath, [
      fileURLToPath(new URL("../../../bin/mss-pack.js", import.meta.url)),
      ...["mux", first, second, "-o", made, "--name", "twins"],
      ...["--language", `${first}:2=eng`, "--language", `${second}:2=eng`],
    ]);
  });
}

/** Four captions in two languages: one goes on over the cut at 2 s, one begins at a cut. */
export const OUR_CAPTIONS = [
  { begin: 0.5, end: 1.5, eng: "One", deu: "Eins" },
  { begin: 1.6, end: 2.8, eng: "Two & more", deu: "Zwei" },
  { begin: 4, end: 5, eng: "Three", deu: "Drei" },
  { begin: 6.5, end: 7.9, eng: "Four", deu: "Vier" },
] as const;

/** A film of eight seconds with captions, as `mux` makes it. */
export async function ourCaptionsFolder(): Promise<string> {
  return madeOnce("our-captions", async (work, made) => {
    const film = join(work, "film.mp4");
    await twin(film, ["400k", "96k"], 8);
    for (const language of ["eng", "deu"] as const)
      await writeFile(join(work, `film.${language}.srt`), subRip(language));
    await run(process.execPath, [
      fileURLToPath(new URL("../../../bin/mss-pack.js", import.meta.url)),
      ...["mux", film, "-o", made, "--name", "film", "--captions", "auto"],
    ]);
  });
}

function subRip(language: "eng" | "deu"): string {
  const time = (seconds: number) =>
    `00:00:0${seconds.toFixed(3).replace(".", ",")}`;
  return OUR_CAPTIONS.map(
    ({ begin, end, ...words }, i) =>
      `${i + 1}\n${time(begin)} --> ${time(end)}\n${words[language]}\n`,
  ).join("\n");
}

async function twin(
  file: string,
  [video, audio]: [string, string],
  seconds = 16,
) {
  const picture = "testsrc2=size=320x180:rate=25";
  await ffmpeg(
    [
      ...["-v", "error", "-nostdin", "-f", "lavfi"],
      ...["-t", String(seconds), "-i", picture],
      ...["-f", "lavfi", "-t", String(seconds), "-i", "sine=440:r=48000"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
      ...["-x264-params", "keyint=50:min-keyint=50:scenecut=0"],
      ...["-b:v", video, "-maxrate", video, "-bufsize", video],
      ...["-c:a", "aac", "-b:a", audio, file],
    ],
    tmpdir(),
  );
}

/** The long film with the bitrates of the ladder that mss-pack has when nobody asks for another. */
export async function defaultLadderFolder(): Promise<string> {
  return madeOnce("player-ladder", async (work, made) =>
    mux(await makeRungs(work, [5000, 2800, 1300], FILM.longSeconds), made),
  );
}

async function mux(files: readonly string[], folder: string): Promise<void> {
  const [film = ""] = files;
  await run(process.execPath, [
    fileURLToPath(new URL("../../../bin/mss-pack.js", import.meta.url)),
    ...["mux", ...files, "-o", folder, "--name", "film"],
    ...["--language", `${film}:2=eng`, "--language", `${film}:3=fra`],
  ]);
}

/** Noise costs time: so many seconds of it are encoded, and repeated. */
const NOISE_SECONDS = 10;

/** Three MP4s with shared key frames; the first has two tones for two languages. */
async function makeRungs(
  work: string,
  rates: Kilobits,
  seconds: number,
): Promise<string[]> {
  const picture = "testsrc2=size=640x360:rate=25,noise=alls=40:allf=t";
  const pieces = rates.map((kilobits) => join(work, `piece-${kilobits}.mp4`));
  const encoded = rates.flatMap((kilobits, i) => [
    ...["-vf", `scale=${SIZES[i]}`, "-c:v", "libx264", "-preset", "ultrafast"],
    ...["-pix_fmt", "yuv420p"],
    ...["-x264-params", "keyint=50:min-keyint=50:scenecut=0"],
    ...["-b:v", `${kilobits}k`, "-maxrate", `${kilobits}k`],
    ...["-bufsize", `${kilobits}k`, pieces[i] ?? ""],
  ]);
  await ffmpeg([...QUIET, ...made(picture, NOISE_SECONDS), ...encoded], work);
  const files = rates.map((kilobits) => join(work, `${kilobits}.mp4`));
  const again = String(seconds / NOISE_SECONDS - 1);
  const tones = ["sine=440:r=48000", "sine=880:r=48000"];
  await ffmpeg(
    [
      ...QUIET,
      ...pieces.flatMap((piece) => ["-stream_loop", again, "-i", piece]),
      ...tones.flatMap((tone) => made(tone, seconds)),
      ...files.flatMap((file, i) => [
        ...[
          "-map",
          `${i}:v`,
          ...(i === 0 ? ["-map", "3:a", "-map", "4:a"] : []),
        ],
        ...["-c:v", "copy", "-c:a", "aac", "-b:a", "64k", file],
      ]),
    ],
    work,
  );
  return files;
}

const QUIET = ["-v", "error", "-nostdin"];

/** An input that ffmpeg makes. */
function made(source: string, seconds: number): string[] {
  return ["-f", "lavfi", "-t", String(seconds), "-i", source];
}

/** Microsoft's test key, which everybody knows. */
export const KID = "09e091abf83841d29e3558531fd19ec7";
export const KEY = "9cb061164b7013eaefcc7d6d18424c2c";

/** The film, protected, in a folder of its own. */
export async function protectedFolder(
  encryption: "piff" | "cenc" = "piff",
): Promise<string> {
  return madeOnce(`player-protected-${encryption}`, async (_, made) => {
    const bytes = (hex: string) => Buffer.from(hex, "hex");
    await protectPackage(join(await servedFolder(), "film.ism"), {
      output: join(made, "folder"),
      protection: {
        ...{ system: "playready", encryption },
        contentKey: contentKey(bytes(KID), bytes(KEY)),
        laUrl: "https://licences.example/",
      },
      fsync: false,
    });
  });
}
