import { closeSync, openSync } from "node:fs";
import { FileWriter, WRITE_SIZE } from "./file-writer.js";
import { fragmentHeaders } from "./ismv.js";
import { isDense, type FragmentRun, type Part } from "./parts.js";
import { ReadWindow } from "./read-window.js";
import { sampleRanges } from "./sample-ranges.js";

/** What a thread keeps for all its parts: open files and buffers. */
export class Desk {
  readonly window = new ReadWindow();
  readonly #open = new Map<string, number>();
  readonly #buffers: Buffer[] = [];

  /** @throws what the system says */
  open(path: string, flags: "r" | "r+"): number {
    const file = this.#open.get(path) ?? openSync(path, flags);
    this.#open.set(path, file);
    return file;
  }

  /** The buffer of the n-th writer of a part. */
  buffer(n: number): Buffer {
    return (this.#buffers[n] ??= Buffer.allocUnsafeSlow(WRITE_SIZE));
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file);
    this.#open.clear();
  }
}

/**
 * Writes a part: in each of its files moof, mdat, moof, mdat and so on. What the
 * files are made of is read from front to back, once for all of them. Synchronously:
 * a part is no longer than other work can wait.
 *
 * @throws PackError `mux` when a file to copy from ends too early, and what the system says
 */
export function writePart(part: Part, desk: Desk): void {
  desk.window.isDense = isDense(part);
  const runs = part.map((run, i) => {
    const file = desk.open(run.path, "r+");
    return writeRun(
      run,
      new FileWriter(file, run.position, desk.buffer(i)),
      desk,
    );
  });
  takeTurns(runs);
}

/** @yields where the bytes lie that it will copy next */
function* writeRun(
  { track, fragments, options, from, to }: FragmentRun,
  writer: FileWriter,
  desk: Desk,
): Generator<number, void> {
  const sources = track.files.map(
    ({ bytes, path }) => bytes ?? desk.open(path, "r"),
  );
  const headers = fragmentHeaders(track, options);
  for (let i = from; i < to; i++) {
    const fragment = fragments[i];
    if (fragment === undefined) throw new RangeError(`no fragment ${i}`);
    writer.write(headers.of(fragment, i + 1));
    for (const { file, offset, length } of sampleRanges(track, fragment)) {
      yield offset;
      const source = sources[file];
      if (source === undefined) throw new RangeError(`no source file ${file}`);
      if (typeof source === "number")
        writer.copy(source, offset, length, desk.window);
      else writer.write(source.subarray(offset, offset + length));
    }
  }
  writer.flush();
}

/** Whoever's next bytes lie furthest to the front goes on. */
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
