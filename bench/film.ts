import { open, rm, stat, statfs } from "node:fs/promises";
import { ffmpeg } from "../test/support/clip.js";

/** What a film looks like. Its pictures are noisy, as a camera's are: the bitrate is used up. */
export interface Shape {
  readonly size: string;
  readonly rate: number;
  /** Of the picture. */
  readonly bitrate: number;
  /** Also 128 kbit/s of AAC; default true. */
  readonly audio?: boolean;
}

/** A film is this much of it, repeated: encoding all would take longer than the bench. */
const CLIP_SECONDS = 20;

/** Makes a film of about this many bytes, or of this length. */
export async function makeFilm(
  path: string,
  shape: Shape,
  length: { readonly bytes: number } | { readonly seconds: number },
): Promise<string> {
  const clip = await makeClip(`${path}.clip.mp4`, shape);
  const times =
    "bytes" in length
      ? length.bytes / (await stat(clip)).size
      : length.seconds / CLIP_SECONDS;
  const repeat = ["-stream_loop", String(Math.ceil(times) - 1), "-i", clip];
  const copy = ["-c", "copy", "-movflags", "+faststart"];
  await ffmpeg(["-v", "error", "-nostdin", ...repeat, ...copy, path], path);
  await rm(clip);
  await flush(path);
  return path;
}

/** Why there is no room for something; undefined when there is. */
export async function noRoom(
  folder: string,
  bytes: number,
): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(folder);
  const [free, needed] = [bavail * bsize, bytes * 1.1];
  if (free >= needed) return undefined;
  const gigabytes = (value: number) => `${(value / 1e9).toFixed(1)} GB`;
  return `${folder} has ${gigabytes(free)} free, ${gigabytes(needed)} are needed (--folder DIR)`;
}

async function makeClip(path: string, shape: Shape): Promise<string> {
  const { size, rate, bitrate, audio = true } = shape;
  const video = `testsrc2=size=${size}:rate=${rate},noise=alls=12:allf=t`;
  const tone = "sine=frequency=440:sample_rate=48000";
  const bits = String(bitrate);
  const args = [
    ...["-v", "error", "-nostdin", "-f", "lavfi", "-i", video],
    ...(audio ? ["-f", "lavfi", "-i", tone] : []),
    ...["-t", String(CLIP_SECONDS), "-c:v", "libx264", "-pix_fmt", "yuv420p"],
    ...["-preset", "ultrafast", "-b:v", bits, "-maxrate", bits],
    ...["-bufsize", bits, "-g", String(2 * rate), "-sc_threshold", "0"],
    ...(audio ? ["-c:a", "aac", "-b:a", "128k", "-ac", "2"] : []),
  ];
  return ffmpeg([...args, path], path);
}

/** Its own way to the disk shall not be measured. It stays in memory: the cache is warm. */
async function flush(path: string): Promise<void> {
  const file = await open(path);
  await file.sync();
  await file.close();
}
