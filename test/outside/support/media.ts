import { run, tools } from "./programs.js";
import { CLIP } from "./package.js";

/** What ffprobe finds in one stream of a file. */
export interface ProbedStream {
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Frames that were decoded, not promised. */
  readonly frames: number;
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

/** Decodes a stream of a file with ffprobe and counts. */
export async function probeStream(
  path: string,
  type: "v" | "a",
): Promise<ProbedStream> {
  const { ffprobe } = await tools();
  const { stdout } = await run(ffprobe.path, [
    ...["-v", "error", "-count_frames", "-select_streams", `${type}:0`],
    ...["-show_entries", FIELDS, "-of", "json", path],
  ]);
  const { streams } = JSON.parse(stdout.toString()) as {
    streams: Record<string, string | undefined>[];
  };
  const [stream] = streams;
  if (stream === undefined) throw new Error(`${path}: no stream ${type}`);
  const { width, height } = stream as { width?: number; height?: number };
  return {
    width,
    height,
    frames: Number(stream["nb_read_frames"]),
    startSeconds: Number(stream["start_time"]),
    durationSeconds: Number(stream["duration"]),
  };
}

const FIELDS = "stream=width,height,nb_read_frames,start_time,duration";

/** Everything that ffmpeg has to say while it decodes the whole file. */
export async function decodeComplaints(path: string): Promise<string> {
  const { ffmpeg } = await tools();
  const args = ["-v", "warning", "-i", path, "-f", "null", "-"];
  return (await run(ffmpeg.path, args)).stderr;
}

/** Numbers of the white pictures, counted from 0. */
export async function whitePictures(path: string): Promise<number[]> {
  const lumas = await decode(path, [
    // One grey pixel is the mean of a picture.
    ...["-map", "0:v:0", "-vf", "scale=1:1:flags=area,format=gray"],
    ...["-vsync", "0", "-f", "rawvideo"],
  ]);
  return [...lumas].flatMap((luma, i) => (luma > WHITE ? [i] : []));
}

/** Mean luma: the clip's other pictures are far darker, the poorest white ones brighter. */
export const WHITE = 190;

/** When each beep begins, in seconds from the first sample. */
export async function beepTimes(path: string): Promise<number[]> {
  const pcm = await decode(path, [
    ...["-map", "0:a:0", "-ac", "1", "-ar", String(SAMPLE_RATE)],
    ...["-f", "s16le"],
  ]);
  const times: number[] = [];
  let quietFrom = 0;
  for (let i = 0; i < pcm.length / 2; i++) {
    const isLoud = Math.abs(pcm.readInt16LE(i * 2)) > LOUD;
    if (isLoud && (times.length === 0 || i - quietFrom > SAMPLE_RATE))
      times.push(i / SAMPLE_RATE);
    if (isLoud) quietFrom = i;
  }
  return times;
}

const SAMPLE_RATE = 48_000;

/** The tone between the beeps reaches a tenth, the beeps seven tenths. */
const LOUD = 0.3 * 32_768;

/** Numbers that the clip's white pictures have, and times of its beeps. */
export const MARK_TIMES = [0, 1, 2, 3].map((n) => n * CLIP.markEverySeconds);
export const MARK_PICTURES = MARK_TIMES.map((time) => time * CLIP.frameRate);

/** How much later than its white picture each beep is, in seconds; without the first, which fades in. */
export async function beepDelays(path: string): Promise<number[]> {
  const video = await probeStream(path, "v");
  const audio = await probeStream(path, "a");
  const beeps = await beepTimes(path);
  return MARK_TIMES.slice(1).map((time, i) => {
    const heard = audio.startSeconds + (beeps[i + 1] ?? NaN);
    return heard - (video.startSeconds + time);
  });
}

async function decode(path: string, args: readonly string[]): Promise<Buffer> {
  const { ffmpeg } = await tools();
  const all = ["-v", "error", "-i", path, ...args, "-"];
  return (await run(ffmpeg.path, all)).stdout;
}
