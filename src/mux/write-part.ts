import { open } from "node:fs/promises";
import { throwIfAborted } from "../errors.js";
import type { Track } from "../media/track.js";
import { FileWriter, type ByteSource } from "./file-writer.js";
import type { Fragment } from "./fragments.js";
import { fragmentHeader, type FragmentOptions } from "./ismv.js";
import { sampleRanges } from "./sample-ranges.js";

/** A run of fragments of one track file, to be written at its place by whoever has time. */
export interface Part {
  /** The file, which exists. */
  readonly path: string;
  readonly track: Track;
  readonly fragments: readonly Fragment[];
  /** The first fragment of the part, and one past its last. */
  readonly from: number;
  readonly to: number;
  /** Where its first moof belongs. */
  readonly position: number;
  readonly options: FragmentOptions;
}

/**
 * Writes a part: moof, mdat, moof, mdat and so on. Synchronously but for opening
 * the files: a part is no longer than other work can wait.
 *
 * @throws PackError `mux` when a file to copy from ends too early, `aborted` when the signal fired, and what the system says
 */
export async function writePart(
  { path, track, fragments, from, to, position, options }: Part,
  signal?: AbortSignal,
): Promise<void> {
  const sources: ByteSource[] = [];
  const file = await open(path, "r+");
  try {
    for (const { path, bytes } of track.files)
      sources.push(bytes ?? (await open(path, "r")));
    const writer = new FileWriter(file, position);
    for (let i = from; i < to; i++) {
      throwIfAborted(signal);
      const fragment = fragments[i];
      if (fragment === undefined) throw new RangeError(`no fragment ${i}`);
      writer.write(fragmentHeader(track, fragment, i + 1, options));
      copySamples(writer, track, fragment, sources);
    }
    writer.flush();
  } finally {
    await file.close();
    for (const source of sources)
      if (!(source instanceof Uint8Array)) await source.close();
  }
}

function copySamples(
  writer: FileWriter,
  track: Track,
  fragment: Fragment,
  sources: readonly ByteSource[],
): void {
  for (const range of sampleRanges(track, fragment)) {
    const source = sources[range.file];
    if (source === undefined)
      throw new RangeError(`no source file ${range.file}`);
    writer.copy(source, range.offset, range.length);
  }
}
