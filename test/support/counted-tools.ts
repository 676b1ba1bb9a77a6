import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Tools } from "../../src/ffmpeg/find.js";
import { fakeProgram } from "./scratch-folder.js";

/** ffmpeg and ffprobe, each start of which is written down. */
export interface CountedTools {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  /** The arguments of each start so far: the program's name, then its own. */
  readonly starts: () => Promise<string[]>;
}

export async function countedTools(
  folder: string,
  { ffmpeg, ffprobe }: Tools,
): Promise<CountedTools> {
  const log = join(folder, "starts.txt");
  const wrapped = (name: string, path: string) =>
    fakeProgram(
      folder,
      name,
      `echo ${name} "$@" >> '${log}'`,
      `exec '${path}' "$@"`,
    );
  return {
    ffmpegPath: await wrapped("ffmpeg", ffmpeg.path),
    ffprobePath: await wrapped("ffprobe", ffprobe.path),
    starts: async () =>
      (await readFile(log, "utf8")).split("\n").filter((line) => line !== ""),
  };
}
