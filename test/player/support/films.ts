import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ffmpeg } from "../../support/clip.js";
import { madeOnce } from "../../support/made-once.js";
import { run } from "../../support/programs.js";

/** Noise fills small pictures with the bits that the adaptation is to feel. */
export const FILM = {
  seconds: 40,
  fragmentSeconds: 2,
  /** Highest first: 4.0, 1.5 and 0.4 Mbit/s. */
  heights: [360, 240, 180],
  languages: ["eng", "fra"],
} as const;

const RUNGS = [
  ["640:360", 4000],
  ["426:240", 1500],
  ["320:180", 400],
] as const;

/** A folder for `serve`: `film` at its top, and `shelf/film` below. */
export async function servedFolder(): Promise<string> {
  return madeOnce("player", async (work, made) => {
    const files = await makeRungs(work);
    await mux(files, made);
    await mux(files, join(made, "shelf"));
  });
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

async function twin(file: string, [video, audio]: [string, string]) {
  const picture = "testsrc2=size=320x180:rate=25";
  await ffmpeg(
    [
      ...["-v", "error", "-nostdin", "-f", "lavfi", "-t", "4", "-i", picture],
      ...["-f", "lavfi", "-t", "4", "-i", "sine=440:r=48000"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
      ...["-x264-params", "keyint=50:min-keyint=50:scenecut=0"],
      ...["-b:v", video, "-maxrate", video, "-bufsize", video],
      ...["-c:a", "aac", "-b:a", audio, file],
    ],
    tmpdir(),
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

/** Three MP4s with shared key frames; the first has two tones for two languages. */
async function makeRungs(work: string): Promise<string[]> {
  const picture = "testsrc2=size=640x360:rate=25,noise=alls=40:allf=t";
  const files = RUNGS.map(([, kilobits]) => join(work, `${kilobits}.mp4`));
  const inputs = [picture, "sine=440:r=48000", "sine=880:r=48000"].flatMap(
    (source) => ["-f", "lavfi", "-t", String(FILM.seconds), "-i", source],
  );
  const outputs = RUNGS.flatMap(([size, kilobits], i) => [
    ...["-map", "0:v", ...(i === 0 ? ["-map", "1:a", "-map", "2:a"] : [])],
    ...["-vf", `scale=${size}`, "-c:v", "libx264", "-preset", "ultrafast"],
    ...["-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k"],
    ...["-x264-params", "keyint=50:min-keyint=50:scenecut=0"],
    ...["-b:v", `${kilobits}k`, "-maxrate", `${kilobits}k`],
    ...["-bufsize", `${kilobits}k`, files[i] ?? ""],
  ]);
  await ffmpeg(["-v", "error", "-nostdin", ...inputs, ...outputs], work);
  return files;
}
