import { lastLines, runTool } from "../../src/ffmpeg/run.js";
import { tools } from "./programs.js";

export interface ClipOptions {
  readonly size?: string;
  /** As ffmpeg takes it, such as `30000/1001`. */
  readonly rate?: string;
  readonly seconds?: number;
  /** Whole frames instead of seconds. */
  readonly frames?: number;
  /** lavfi source of the sound; `null` for none. */
  readonly audio?: string | null;
  /** More filters on the picture. */
  readonly filters?: string;
  /** More output options. */
  readonly options?: readonly string[];
}

/** Inverts the colours for a while: two hard cuts that must not become key frames. */
export const SCENE_CUTS = "hue=h=180:s=3:enable='between(t,1.3,2.1)'";

/** The sound covers the picture, and goes on for less than it would be held for. */
const AUDIO_SURPLUS_SECONDS = 0.06;

/** Makes a small clip of a moving test picture, with options that every ffmpeg since 2018 knows. */
export async function makeClip(
  path: string,
  options: ClipOptions = {},
): Promise<string> {
  const {
    size = "320x180",
    rate = "25",
    audio = "sine=frequency=440:sample_rate=48000",
  } = options;
  const seconds =
    options.frames === undefined
      ? (options.seconds ?? 5)
      : options.frames / 25 + AUDIO_SURPLUS_SECONDS;
  const filters = [
    ...(options.filters === undefined ? [] : [options.filters]),
    // -frames:v would end the sound with the picture, or before it.
    ...(options.frames === undefined
      ? []
      : [`trim=end_frame=${options.frames}`]),
  ];
  const args = [
    ...["-v", "error", "-y", "-nostdin"],
    ...["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}`],
    ...(audio === null ? [] : ["-f", "lavfi", "-i", audio]),
    ...(filters.length === 0 ? [] : ["-vf", filters.join(",")]),
    ...["-t", String(seconds)],
    ...[
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-qp",
      "20",
      "-pix_fmt",
      "yuv420p",
      "-c:a",
      "aac",
    ],
    ...(options.options ?? []),
    path,
  ];
  return ffmpeg(args, path);
}

/** Runs the ffmpeg that the product would use. */
export async function ffmpeg(
  args: readonly string[],
  result: string,
): Promise<string> {
  const { ffmpeg } = await tools();
  const { exitCode, stderr } = await runTool(ffmpeg.path, args);
  if (exitCode !== 0)
    throw new Error(`ffmpeg could not make ${result}: ${lastLines(stderr, 3)}`);
  return result;
}
