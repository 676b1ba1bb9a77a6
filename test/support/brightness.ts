import { readersOfPackages, run } from "./programs.js";

/** The mean brightness of each frame of a file, 0 to 255. */
export async function brightness(path: string): Promise<number[]> {
  const { ffmpeg } = await readersOfPackages();
  const { stdout } = await run(ffmpeg, [
    ...["-v", "error", "-i", path, "-map", "0:v", "-vsync", "0"],
    ...["-vf", "scale=1:1:flags=area,format=gray", "-f", "rawvideo", "-"],
  ]);
  return [...stdout];
}
