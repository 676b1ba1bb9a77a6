import { readSync } from "node:fs";
import type { MediaSource } from "./fragment-folder.js";
import { viewOf } from "./bytes.js";
import { readAt, type BoxSpan } from "./scan.js";
import { TABLES, type ReadWord } from "./table-rows.js";

/**
 * The bytes of a moov without its large tables. Their room stays untouched, so it takes no
 * memory. Long films have tables of tens of megabytes, which are read only once.
 */
export async function readMoovBytes(
  file: MediaSource,
  span: BoxSpan,
): Promise<Uint8Array> {
  if (span.size < LARGE) return readAt(file, span.start, span.size);
  const bytes = Buffer.allocUnsafeSlow(span.size);
  const reading = { file, begin: span.start, bytes, left: MOST_BOXES };
  await readBoxes(reading, 0, span.size);
  return bytes;
}

/** Boxes that contain the tables. */
const OPENED = new Set(["moov", "trak", "mdia", "minf", "stbl"]);

/** A smaller box is read at once, with all that is in it: one read takes less time than its parts. */
const LARGE = 64 * 1024;

/** After this many boxes the rest is read whole: many small boxes would take an hour. */
const MOST_BOXES = 20_000;

interface MoovReading {
  readonly file: MediaSource;
  /** Where the moov begins in its file. */
  readonly begin: number;
  readonly bytes: Uint8Array;
  left: number;
}

/** Reads the boxes from `at` to `end`. Bytes that are not a box are read too, and the parser reports them. */
async function readBoxes(
  reading: MoovReading,
  at: number,
  end: number,
): Promise<void> {
  const { file, begin, bytes } = reading;
  const read = async (from: number, to: number) =>
    bytes.set(await readAt(file, begin + from, to - from), from);
  while (end - at >= 8 && --reading.left > 0) {
    await read(at, Math.min(at + 16, end));
    const size = viewOf(bytes).getUint32(at);
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString("latin1");
    if (size < 8 || size > end - at) break;
    if (size < LARGE) await read(at, at + size);
    else if (OPENED.has(type)) await readBoxes(reading, at + 8, at + size);
    else if (!TABLES.has(type)) await read(at, at + size);
    at += size;
  }
  if (at < end) await read(at, end);
}

/** Chunks and their runs are read side by side: a window for each. */
const WINDOWS = 3;

interface MoovWindow {
  readonly view: DataView;
  first: number;
  /** Words may begin before it. */
  end: number;
}

/** Reads words of a moov from its file in pieces: tables are read from front to back. */
export function wordsOf(file: MediaSource, { start, size }: BoxSpan): ReadWord {
  const windows: MoovWindow[] = [];
  let window = newWindow();
  const load = (into: MoovWindow, position: number): MoovWindow => {
    const length = Math.min(LARGE, size - position);
    const from = start + position;
    into.first = position;
    into.end =
      position + readSync(file.fd, into.view, 0, length, from) - WORD + 1;
    return into;
  };
  // Once for each word of each table: without calls, while the code is not optimized yet.
  return (position) => {
    if (position < window.first || position >= window.end) {
      const holds = ({ first, end }: MoovWindow) =>
        position >= first && position < end;
      window = windows.find(holds) ?? load(oldest(windows), position);
    }
    return window.view.getUint32(position - window.first);
  };
}

const WORD = 4;

function newWindow(): MoovWindow {
  return { view: new DataView(new ArrayBuffer(LARGE)), first: 0, end: 0 };
}

/** A window to fill: a new one, or the oldest one. */
function oldest(windows: MoovWindow[]): MoovWindow {
  const first = windows.length < WINDOWS ? undefined : windows.shift();
  const window = first ?? newWindow();
  windows.push(window);
  return window;
}
