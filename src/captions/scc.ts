import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { decodeField, type CaptionBytes } from "./cea608.js";
import {
  CaptionError,
  linesIn,
  quote,
  type Note,
  type ReadCaptions,
} from "./cue.js";

/** Scenarist closed captions: CEA-608 of the first field, as pairs of bytes with timecodes. */
export async function readScc(text: string): Promise<ReadCaptions> {
  const { rows, notes } = readRows(text);
  const first = await decodeField(rows, "cc1");
  const cues = first.length > 0 ? first : await decodeField(rows, "cc2");
  if (first.length === 0 && cues.length > 0)
    notes.push({ line: 1, what: "CC1 is empty; CC2 is taken" });
  return {
    notes,
    timecodeHour: timeOf([1, 0, 0, 0], rows[0]?.isDrop ?? false),
    cues: cues.map((cue) => ({ ...cue, line: lineAt(rows, cue.begin) })),
  };
}

interface SccRow extends CaptionBytes {
  readonly line: number;
  readonly isDrop: boolean;
}

/** `hh:mm:ss:ff`, or `hh:mm:ss;ff` where two frames are dropped each minute; then words of four digits. */
const ROW = /^\s*(\d+):(\d\d):(\d\d)([:;.,])(\d\d)\s+(.*)$/;

function readRows(text: string): { rows: SccRow[]; notes: Note[] } {
  const rows: SccRow[] = [];
  const notes: Note[] = [];
  for (const [i, line] of linesIn(text).entries()) {
    if (line.trim() === "" || /^\s*Scenarist_SCC/i.test(line)) continue;
    const [, h, m, s, sign, f, words = ""] = ROW.exec(line) ?? [];
    if (sign === undefined) throw unreadable(line, i + 1);
    const isDrop = sign !== ":";
    const time = timeOf([h, m, s, f].map(Number), isDrop);
    const bytes = bytesOf(words);
    if (bytes === undefined) throw unreadable(line, i + 1);
    const before = rows.at(-1);
    if (before !== undefined && before.time > time)
      notes.push({
        line: i + 1,
        what: "its timecode is before that of the line above",
      });
    rows.push({ time, bytes, line: i + 1, isDrop });
  }
  return { rows: rows.toSorted((a, b) => a.time - b.time), notes };
}

function unreadable(line: string, number: number): CaptionError {
  const expected = "01:00:00:00 9420 9470 ...";
  return new CaptionError(
    `it is not a line of SCC: ${quote(line)}. Expected a timecode and words of four digits, as ${expected}`,
    number,
    { found: line.trim().slice(0, 60), expected },
  );
}

/** Where a word begins that has not four digits. */
const WRONG_WORD = /(?<!\S)(?![\da-f]{4}(?!\S))\S/i;

function bytesOf(words: string): Uint8Array | undefined {
  if (words.trim() === "" || WRONG_WORD.test(words)) return undefined;
  return Buffer.from(words.replaceAll(/\s+/g, ""), "hex");
}

/**
 * Frames are 1001/30000 s. Drop-frame timecodes skip numbers, not frames: two each minute except
 * every tenth. SMPTE ST 12-1, 5.2.2
 */
function timeOf(
  [h = 0, m = 0, s = 0, f = 0]: number[],
  isDrop: boolean,
): Ticks {
  const minutes = h * 60 + m;
  const dropped = isDrop ? 2 * (minutes - Math.floor(minutes / 10)) : 0;
  const frames = (minutes * 60 + s) * 30 + f - dropped;
  return Math.round((frames * 1001 * SMOOTH_TIMESCALE) / 30_000);
}

/** The last row that begins at or before the time. */
function lineAt(rows: readonly SccRow[], time: Ticks): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.time ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1]?.line ?? 1;
}
