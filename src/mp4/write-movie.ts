import { open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { PackError, throwIfAborted } from "../errors.js";
import { nthFragment } from "../media/fragments.js";
import { CopyFiles, FileWriter } from "../mux/buffered-copy.js";
import { clearRanges } from "../mux/sample-ranges.js";
import { copyRange } from "../mux/write-part.js";
import { writing } from "../output/errors.js";
import {
  layOutMovie,
  type MovieLayout,
  type MovieTrackPlan,
} from "./lay-out.js";

export interface MovieOptions {
  /** Wait until all is on the disk. */
  readonly fsync: boolean;
  readonly signal: AbortSignal | undefined;
  /** Called now and then with the written share, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/**
 * Writes one MP4 of tracks whose samples lie in other files.
 *
 * @throws PackError `output` when the disk refuses, `input` when a file ends too early, `aborted`
 */
export async function writeMovie(
  path: string,
  tracks: readonly MovieTrackPlan[],
  { fsync, signal, onProgress }: MovieOptions,
): Promise<void> {
  const layout = layOutMovie(tracks);
  await writing(path, async () => {
    const file = await open(path, "wx");
    const files = new CopyFiles();
    try {
      const writer = new FileWriter(file.fd, 0, files.buffer(0));
      writer.write(layout.header);
      for (const part of partsOf(layout)) {
        throwIfAborted(signal);
        for (const chunk of part) copyChunk(chunk, tracks, writer, files);
        onProgress?.(writer.position / layout.bytes);
        await setImmediate();
      }
      writer.flush();
      if (fsync) await file.sync();
    } finally {
      files.close();
      await file.close();
    }
  });
}

/** Other work gets its turn after so many bytes: signals, and what tells the progress. */
const PART_SIZE = 16 * 1024 * 1024;

function* partsOf({ chunks }: MovieLayout): Generator<MovieLayout["chunks"]> {
  let [from, size] = [0, 0];
  for (const [i, chunk] of chunks.entries()) {
    size += chunk.size;
    if (size < PART_SIZE) continue;
    yield chunks.slice(from, i + 1);
    [from, size] = [i + 1, 0];
  }
  yield chunks.slice(from);
}

function copyChunk(
  { track: number, fragment, offset }: MovieLayout["chunks"][number],
  tracks: readonly MovieTrackPlan[],
  writer: FileWriter,
  files: CopyFiles,
): void {
  const plan = tracks[number];
  if (plan === undefined || writer.position !== offset)
    throw new PackError("mux", `A chunk of track ${number + 1} has no place.`);
  const { track, fragments } = plan;
  for (const range of clearRanges(track, nthFragment(fragments, fragment))) {
    const source = track.files[range.file];
    const bytes = source?.bytes ?? files.source(source?.path ?? "");
    copyRange(bytes, range, writer, files.window);
  }
}
