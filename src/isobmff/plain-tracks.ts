import type { FileHandle } from "node:fs/promises";
import { PackError } from "../errors.js";
import { wordsOf } from "./moov-bytes.js";
import { parseMoov } from "./movie.js";
import { scanBoxes } from "./scan.js";
import { readMovieTracks, type MovieTrack } from "./tracks.js";

/**
 * The tracks of an MP4 without fragments. Its moov may be anywhere. No media is read.
 *
 * @throws PackError `input` when it has no moov, or its tables are damaged
 */
export async function readPlainTracks(
  file: FileHandle,
  size: number,
  name: string,
): Promise<MovieTrack[]> {
  for await (const span of scanBoxes(file, size)) {
    if (span.type !== "moov") continue;
    const moov = await parseMoov(file, span, size, name);
    return readMovieTracks(moov, name, wordsOf(file, span));
  }
  throw new PackError("input", `${name}: no moov box found.`);
}
