import { beepTimes, probeStream } from "../../support/measure.js";
import { run, tools } from "../../support/programs.js";
import { CLIP } from "./package.js";

/** Everything that ffmpeg has to say while it decodes the whole file. */
export async function decodeComplaints(path: string): Promise<string> {
  const { ffmpeg } = await tools();
  const args = ["-v", "warning", "-i", path, "-f", "null", "-"];
  return (await run(ffmpeg.path, args)).stderr;
}

/** Numbers that the clip's white pictures have, and times of its beeps. */
export const MARK_TIMES = [0, 1, 2, 3].map((n) => n * CLIP.markEverySeconds);
export const MARK_PICTURES = MARK_TIMES.map((time) => time * CLIP.frameRate);

/** Times of all beeps but the first: it fades in, or the sound begins after it. The last frame goes on behind the end. */
export async function laterBeeps(path: string): Promise<number[]> {
  const beeps = await beepTimes(path);
  return beeps.filter((time) => time > 1 && time < CLIP.seconds);
}

/** How much later than its white picture each beep is, in seconds; without the first, which fades in. */
export async function beepDelays(path: string): Promise<number[]> {
  const video = await probeStream(path, "v");
  const audio = await probeStream(path, "a");
  const later = MARK_TIMES.slice(1);
  const beeps = await laterBeeps(path);
  return later.map((time, i) => {
    const heard = audio.startSeconds + (beeps[i] ?? NaN);
    return heard - (video.startSeconds + time);
  });
}
