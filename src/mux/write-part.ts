import { closeSync, openSync } from "node:fs";
import type { Track } from "../media/track.js";
import { FileWriter, type ByteSource } from "./file-writer.js";
import type { Fragment } from "./fragments.js";
import { fragmentHeaders, type FragmentOptions } from "./ismv.js";
import { isForWindow, ReadWindow } from "./read-window.js";
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

/** Files that a thread has opened, to be used for all its parts. */
export class OpenFiles {
  readonly window = new ReadWindow();
  readonly #open = new Map<string, number>();

  /** @throws what the system says */
  open(path: string, flags: "r" | "r+"): number {
    const file = this.#open.get(path) ?? openSync(path, flags);
    this.#open.set(path, file);
    return file;
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file);
    this.#open.clear();
  }
}

/**
 * Writes a part: moof, mdat, moof, mdat and so on. Synchronously: a part is no
 * longer than other work can wait.
 *
 * @throws PackError `mux` when a file to copy from ends too early, and what the system says
 */
export function writePart(
  { path, track, fragments, from, to, position, options }: Part,
  files: OpenFiles,
): void {
  const sources = track.files.map(
    (file): ByteSource => file.bytes ?? files.open(file.path, "r"),
  );
  const headers = fragmentHeaders(track, options);
  const writer = new FileWriter(files.open(path, "r+"), position);
  for (let i = from; i < to; i++) {
    const fragment = fragments[i];
    if (fragment === undefined) throw new RangeError(`no fragment ${i}`);
    writer.write(headers.of(fragment, i + 1));
    copySamples(writer, track, fragment, sources, files);
  }
  writer.flush();
}

function copySamples(
  writer: FileWriter,
  track: Track,
  fragment: Fragment,
  sources: readonly ByteSource[],
  files: OpenFiles,
): void {
  const ranges = sampleRanges(track, fragment);
  const window = isForWindow(ranges) ? files.window : undefined;
  for (const range of ranges) {
    const source = sources[range.file];
    if (source === undefined)
      throw new RangeError(`no source file ${range.file}`);
    writer.copy(source, range.offset, range.length, window);
  }
}
