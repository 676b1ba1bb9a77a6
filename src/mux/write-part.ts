import {
  type CopyFiles,
  FileWriter,
  type ReadWindow,
} from "./buffered-copy.js";
import type { SyncSource } from "../isobmff/fragment-folder.js";
import { nthFragment } from "../media/fragments.js";
import { isDense, type WriteRun, type Part } from "./file-layout.js";
import { sampleRanges, type ByteRange } from "./sample-ranges.js";
import { fragmentHeaders } from "./track-boxes.js";

/**
 * Writes a part: in each of its files moof, mdat, moof, mdat and so on. The source files
 * are read from front to back, once for all of them. Synchronously: other work can wait
 * for the length of a part.
 *
 * @throws PackError `input` when a source file ends too early, and errors of the system
 */
export function writePart(part: Part, files: CopyFiles): void {
  files.window.isDense = isDense(part);
  const runs = part.map((run, i) => {
    const file = files.open(run.path);
    return writeRun(
      run,
      new FileWriter(file, run.position, files.buffer(i)),
      files,
    );
  });
  takeTurns(runs);
}

/** @yields the place of the bytes that it copies next */
function* writeRun(
  { track, fragments, options, from, to }: WriteRun,
  writer: FileWriter,
  files: CopyFiles,
): Generator<number, void> {
  const sources = track.files.map(
    ({ bytes, path }) => bytes ?? files.source(path),
  );
  const headers = fragmentHeaders(track, options);
  for (let i = from; i < to; i++) {
    const fragment = nthFragment(fragments, i);
    writer.write(headers.of(fragment, i + 1));
    for (const range of sampleRanges(track, fragment)) {
      yield range.offset;
      const source = sources[range.file];
      if (source === undefined)
        throw new RangeError(`no source file ${range.file}`);
      copyRange(source, range, writer, files.window);
    }
  }
  writer.flush();
}

/** Copies a range, of a file or of bytes in memory. */
export function copyRange(
  source: SyncSource | Uint8Array,
  range: ByteRange,
  writer: FileWriter,
  window: ReadWindow,
): void {
  const { offset, length, change } = range;
  if (!(source instanceof Uint8Array))
    return writer.copy(source, offset, length, window, change);
  const bytes = source.subarray(offset, offset + length);
  writer.write(change ? change(bytes) : bytes);
}

/** The run with the foremost next bytes goes on. */
function takeTurns(runs: readonly Generator<number, void>[]): void {
  const turns = runs.map((run) => ({ run, next: run.next() }));
  for (;;) {
    let first: (typeof turns)[number] | undefined;
    for (const turn of turns) {
      if (turn.next.done) continue;
      if (!first || turn.next.value < (first.next.value ?? 0)) first = turn;
    }
    if (first === undefined) return;
    first.next = first.run.next();
  }
}
