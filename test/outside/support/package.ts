import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { protectionOf } from "../../../src/drm/index.js";
import { protectMedia } from "../../../src/pipeline/protect-media.js";
import {
  takeApart,
  writeManifests,
  writePackage,
} from "../../drm/layouts/package.js";
import { REQUEST } from "../../drm/package.js";
import {
  readClientManifest,
  readServerManifest,
  type ClientManifest,
} from "./manifests.js";
import { madeOnce } from "../../support/made-once.js";
import { run, tools } from "../../support/programs.js";

/** The clip that all readers are given: a white picture and a beep every three seconds. */
export const CLIP = {
  seconds: 12,
  frameRate: 25,
  frames: 300,
  markEverySeconds: 3,
  /** AAC frames of 1024 samples that cover the clip at 48 kHz; the last is cut short. */
  audioFrames: 563,
  heights: [360, 240, 180],
} as const;

const RUNGS = ["640x360:600k", "426x240:300k", "320x180:150k"];

/**
 * How the package is made: encoded from the clip, or muxed from MP4s that ffmpeg
 * has finished, with B-frames in a pyramid, key frames inside fragments and sound that begins half a second late;
 * the same in the layout of Expression Encoder, whose fragments have no times; or muxed from the same and protected.
 */
export type PackageKind = "encoded" | "muxed" | "old" | "protected";

/** Microsoft's test key, in hex: the one of the protected package. */
export const KID = "09e091abf83841d29e3558531fd19ec7";
export const KEY = "9cb061164b7013eaefcc7d6d18424c2c";

/** A package as the built command made it. */
export interface TestPackage {
  readonly folder: string;
  readonly client: ClientManifest;
  /** Highest first, as in the manifests. */
  readonly rungs: readonly TestRung[];
  /** Path of the sound's file. */
  readonly audio: string;
}

export interface TestRung {
  readonly path: string;
  readonly bitrate: number;
  readonly width: number;
  readonly height: number;
}

/** The package of this run of the tests, made by whoever asks first. */
export async function testPackage(
  kind: PackageKind = "encoded",
): Promise<TestPackage> {
  return readPackage(
    await madeOnce(`outside-${kind}`, async (work, made) => {
      await run(process.execPath, await commandFor(kind, work, made));
    }),
  );
}

/**
 * The muxed package as another maker would have laid it out, with all tracks in one file, and
 * protected by us then.
 */
export async function joinedPackage(): Promise<TestPackage> {
  const { folder } = await testPackage("muxed");
  return readPackage(
    await madeOnce("outside-joined", async (work, made) => {
      const source = takeApart(folder);
      const ism = writePackage(work, source, {});
      await mkdir(made);
      const protection = REQUEST;
      writeManifests(made, source, protectionOf(protection).data);
      const path = join(ism, "../clip.ismv");
      await protectMedia(
        [{ file: "clip.ismv", path, isText: false }],
        protection,
        {
          ...{ folder: made, fsync: false, signal: undefined },
          onWritten: () => undefined,
        },
      );
    }),
  );
}

async function commandFor(
  kind: PackageKind,
  work: string,
  output: string,
): Promise<string[]> {
  const command = join(root, "bin", "mss-pack.js");
  const place = ["-o", output, "--name", "clip"];
  if (kind === "encoded")
    return [command, ...(await encodeArgs(work)), ...place];
  const inputs = await muxArgs();
  const layout = ["--layout", "expression-encoder"];
  if (kind === "muxed") return [command, "mux", ...inputs, ...place];
  if (kind === "old") return [command, "mux", ...inputs, ...place, ...layout];
  const options = { output, name: "clip" };
  return [
    join(root, "test", "drm", "run.js"),
    JSON.stringify({ what: "mux", input: inputs, options }),
  ];
}

async function encodeArgs(work: string): Promise<string[]> {
  const clip = join(work, "clip.mp4");
  // Frames out of order in the source too.
  await makeClip(clip, ["-preset", "veryfast", "-bf", "2"]);
  const rungs = RUNGS.flatMap((rung) => ["--rung", rung]);
  return [clip, "--encoder-preset", "ultrafast", ...rungs];
}

/** One encode for all packages that are compared: x264's threads make no two alike. */
async function muxArgs(): Promise<string[]> {
  const made = await madeOnce("outside-mux-inputs", async (_, output) => {
    await mkdir(output);
    // Five key frames in a fragment of two seconds: four of them are flagged inside.
    const params =
      "keyint=10:min-keyint=10:scenecut=0:bframes=3:b-pyramid=normal";
    const x264 = ["-preset", "veryfast", "-x264-params", `${params}:b-adapt=0`];
    const sound = ["-af", "atrim=start_sample=24576"];
    await makeClip(join(output, "clip.mp4"), [...x264, ...sound]);
    const low = [...x264, "-vf", "scale=320:180", "-an"];
    await makeClip(join(output, "low.mp4"), low);
  });
  return [join(made, "clip.mp4"), join(made, "low.mp4")];
}

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Options that ffmpeg knew in 2018 already. */
async function makeClip(
  path: string,
  options: readonly string[],
): Promise<void> {
  const { ffmpeg } = await tools();
  const every = CLIP.markEverySeconds;
  const white = `drawbox=c=white:t=fill:enable='lt(mod(n,${every * CLIP.frameRate}),1)'`;
  const beep = `0.7*sin(2*PI*1000*t)*lt(mod(t,${every}),0.04)`;
  await run(ffmpeg.path, [
    ...["-v", "error", "-f", "lavfi"],
    ...["-i", `testsrc2=size=640x360:rate=${CLIP.frameRate},${white}`],
    ...["-f", "lavfi"],
    ...["-i", `aevalsrc='0.1*sin(2*PI*440*t)+${beep}':s=48000:c=stereo`],
    ...["-t", String(CLIP.seconds), "-pix_fmt", "yuv420p"],
    ...["-c:v", "libx264", "-c:a", "aac", ...options, path],
  ]);
}

async function readPackage(folder: string): Promise<TestPackage> {
  const server = readServerManifest(
    await readFile(join(folder, "clip.ism"), "utf8"),
  );
  const client = readClientManifest(
    await readFile(join(folder, server.clientManifest), "utf8"),
  );
  const pathOf = (stream: string, bitrate: number | undefined) => {
    const track = server.tracks.find(
      (one) => one.stream === stream && one.bitrate === bitrate,
    );
    if (track === undefined) throw new Error(`.ism: no ${stream} ${bitrate}`);
    return join(folder, track.src);
  };
  return {
    folder,
    client,
    rungs: client.video.map((level) => ({
      ...level,
      path: pathOf("video", level.bitrate),
    })),
    audio: pathOf("audio", client.audio[0]?.bitrate),
  };
}
