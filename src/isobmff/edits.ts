import { PackError } from "../errors.js";
import { viewOf } from "./bytes.js";
import { childBox, type ParsedBox } from "./parsed-box.js";

/** A row of an edit list. ISO/IEC 14496-12 8.6.6 */
export interface Edit {
  /** In ticks of the movie; 0 is "to the end" in files that came in fragments. */
  readonly segmentDuration: number;
  /** Where in the media the edit begins, in ticks of the track; -1 is an empty edit. */
  readonly mediaTime: number;
  /** 1 is the usual speed, 0 holds a picture. */
  readonly rate: number;
}

/** No editor cuts so often; more rows would only waste memory. */
const MOST_EDITS = 1000;

/**
 * The edit list of a track, read from its bytes; empty when the track has no list.
 *
 * @throws PackError `input` when the list has fewer bytes than rows, or too many rows
 */
export function editsOf(trak: ParsedBox, where: string): Edit[] {
  const edts = childBox(trak, "edts");
  const elst = edts && childBox(edts, "elst");
  if (elst === undefined) return [];
  const view = viewOf(elst.bytes.subarray(elst.start, elst.start + elst.size));
  const head = view.getUint32(0) === 1 ? 16 : 8;
  const isLong = view.byteLength > head && view.getUint8(head) === 1;
  const width = isLong ? 20 : 12;
  const room = view.byteLength - head - 8;
  const count = room < 0 ? Infinity : view.getUint32(head + 4);
  if (count * width > room || count > MOST_EDITS)
    throw wrongCount(where, count, elst.size);
  return Array.from({ length: count }, (_, i) =>
    isLong
      ? longRow(view, head + 8 + i * width)
      : shortRow(view, head + 8 + i * width),
  );
}

function shortRow(view: DataView, at: number): Edit {
  return {
    segmentDuration: view.getUint32(at),
    mediaTime: view.getInt32(at + 4),
    rate: view.getInt32(at + 8) / 2 ** 16,
  };
}

function longRow(view: DataView, at: number): Edit {
  return {
    segmentDuration: Number(view.getBigUint64(at)),
    mediaTime: Number(view.getBigInt64(at + 8)),
    rate: view.getInt32(at + 16) / 2 ** 16,
  };
}

function wrongCount(where: string, count: number, size: number): PackError {
  return new PackError(
    "input",
    `${where}: elst claims ${count} edits and has ${size} bytes. Expected at most ${MOST_EDITS}.`,
    { hint: "The file's index is damaged." },
  );
}
