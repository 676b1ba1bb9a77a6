import { runTool } from "./run.js";
import type { Tools } from "./find.js";
import { taskOf } from "./stall.js";

/** What decides about the bytes of an encode, beside its settings. */
export interface EncoderBuild {
  /** Version of ffmpeg, as it prints it. */
  readonly ffmpeg: string;
  /** Version of x264, such as `core 164 r3095 baee400`; empty when its pictures do not tell it. */
  readonly x264: string;
}

const ONE_PICTURE = [
  ...["-hide_banner", "-f", "lavfi", "-i", "color=s=16x16:r=25"],
  ...["-frames:v", "1", "-c:v", "libx264", "-f", "h264", "pipe:1"],
];

/**
 * Encodes one small picture: ffmpeg tells the version of x264 nowhere else.
 *
 * @throws PackError `tool` when ffmpeg does not start
 */
export async function encoderBuild(
  tools: Tools,
  signal?: AbortSignal,
): Promise<EncoderBuild> {
  const { path, version } = tools.ffmpeg;
  const { stdout } = await runTool(path, ONE_PICTURE, {
    ...{ signal, keepStdout: true, task: taskOf(tools, path, "tool") },
  });
  const [, x264 = ""] = /x264 - (core .*?) - H\.264/.exec(stdout) ?? [];
  return { ffmpeg: version, x264 };
}

/** A build in words. */
export function buildText({ ffmpeg, x264 }: EncoderBuild): string {
  return x264 === ""
    ? `ffmpeg ${ffmpeg}`
    : `ffmpeg ${ffmpeg} with x264 ${x264}`;
}
