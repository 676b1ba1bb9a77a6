import { messageOf } from "../../errors.js";
import type { MediaSource } from "../../isobmff/fragment-folder.js";
import { readAt } from "../../isobmff/scan.js";
import type { FileMap } from "./map-file.js";
import { movedIndex } from "./moved-index.js";

/** The changes to a finished file. Both functions throw an Error in one line for damaged bytes. */
export interface FileRewrite {
  /** Everything before the first fragment; called first. */
  header(bytes: Uint8Array): Uint8Array;
  /** moof and mdat; called in the order of the file. */
  fragment(moved: MovedBytes): Uint8Array;
}

/** A fragment on its way to another place. */
export interface MovedBytes {
  readonly bytes: Uint8Array;
  /** Position of its first byte in the file, and in the new file. */
  readonly start: number;
  readonly newStart: number;
}

/**
 * A file with a new header and new fragments; everything else stays. The index at its end
 * points at the new fragments. It comes part by part, because a film does not fit into memory.
 *
 * @throws Error in one line for damaged bytes
 */
export async function* rewriteFile(
  file: MediaSource,
  { headerSize, parts }: FileMap,
  rewrite: FileRewrite,
): AsyncGenerator<Uint8Array, void> {
  const header = rewrite.header(await readAt(file, 0, headerSize));
  yield header;
  let position = header.length;
  const moves = new Map<number, number>();
  for (const { start, size, type, moofSize } of parts) {
    const bytes = await readAt(file, start, size);
    moves.set(start, position);
    const newStart = position;
    const part =
      moofSize !== undefined
        ? inFragment(start, () => rewrite.fragment({ bytes, start, newStart }))
        : type === "mfra"
          ? movedIndex(bytes, moves)
          : bytes;
    yield part;
    position += part.length;
  }
}

/** Adds the position of a fragment to its fault. */
export function inFragment<T>(start: number, work: () => T): T {
  return inPart(`fragment at byte ${start}`, work);
}

/** Adds the name of a part of a file to its fault. A field behind the end of its box is told in our words. */
export function inPart<T>(part: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const why =
      cause instanceof RangeError
        ? "a box does not hold the fields that it should have"
        : messageOf(cause);
    throw new Error(`${part}: ${why}`, { cause });
  }
}
