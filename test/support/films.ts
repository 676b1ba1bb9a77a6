import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeClip } from "./clip.js";

/** One small rung, as fast as can be: batches are about many files, not about pictures. */
export const QUICK = { rungs: ["160x90:60k"], encoderPreset: "ultrafast" };

/** The same for the command line. */
export const QUICK_FLAGS = [
  ...["--rung", "160x90:60k"],
  ...["--encoder-preset", "ultrafast"],
];

/** Makes films of a second by copying one clip. */
export async function filmMaker(
  folder: string,
): Promise<(...names: string[]) => string[]> {
  const clip = await makeClip(join(folder, ".clip.mp4"), {
    size: "160x90",
    seconds: 1,
  });
  return (...names) =>
    names.map((name) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      copyFileSync(clip, path);
      return path;
    });
}

/** A file that is no film, whatever it is called. */
export function notFilm(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "This is no film.\n");
  return path;
}
