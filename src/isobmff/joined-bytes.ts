import type { MediaSource } from "./fragment-folder.js";
import { openForReading } from "./media-source.js";
import { readAt } from "./scan.js";

/** A file that does not exist as one: its bytes lie in memory and in other files. */
export interface JoinedBytes {
  readonly size: number;
  /** In order, without gaps. */
  readonly parts: readonly JoinedPart[];
}

export interface JoinedPart {
  readonly start: number;
  readonly length: number;
  /** Where the bytes are: in memory, or in a file from `offset` on. */
  readonly from:
    Uint8Array | { readonly path: string; readonly offset: number };
}

/** The files that such a file is made of. */
export function pathsIn({ parts }: JoinedBytes): string[] {
  const paths = parts.flatMap(({ from }) =>
    "path" in from ? [from.path] : [],
  );
  return [...new Set(paths)];
}

/** More would stay in memory for a program that has gone. */
const READ_SIZE = 256 * 1024;

/**
 * The bytes from `begin` up to, but not including, `end`.
 *
 * @throws Error when a file is shorter than it was
 */
export async function* readJoined(
  { parts }: JoinedBytes,
  begin: number,
  end: number,
): AsyncGenerator<Uint8Array, void> {
  const open = new Map<string, MediaSource>();
  try {
    for (let i = partAt(parts, begin); i < parts.length; i++) {
      const part = parts[i];
      if (part === undefined || part.start >= end) return;
      const from = Math.max(0, begin - part.start);
      const to = Math.min(part.length, end - part.start);
      yield* readPart(part, from, to, open);
    }
  } finally {
    for (const source of open.values()) await source.close();
  }
}

async function* readPart(
  { from: place }: JoinedPart,
  from: number,
  to: number,
  open: Map<string, MediaSource>,
): AsyncGenerator<Uint8Array, void> {
  if (!("path" in place)) {
    yield place.subarray(from, to);
    return;
  }
  const { path, offset } = place;
  const source = open.get(path) ?? (await openForReading(path));
  open.set(path, source);
  for (let at = from; at < to;) {
    const bytes = await readAt(
      source,
      offset + at,
      Math.min(READ_SIZE, to - at),
    );
    if (bytes.length === 0)
      throw new Error(`${path} ends at ${offset + at}: it has changed`);
    yield bytes;
    at += bytes.length;
  }
}

/** The number of the part with this byte. */
function partAt(parts: readonly JoinedPart[], position: number): number {
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { start = 0, length = 0 } = parts[middle] ?? {};
    if (position < start + length) high = middle;
    else low = middle + 1;
  }
  return low;
}
