import { PackError } from "../errors.js";
import type { MediaSource } from "./fragment-folder.js";
import { UNASKED } from "./known-boxes.js";
import { readMoovBytes } from "./moov-bytes.js";
import type { ParsedBox } from "./parsed-box.js";
import { type BoxSpan, readAt, scanBoxes } from "./scan.js";
import { parseBoxes } from "./source.js";
import { TABLES, TRUN } from "./table-rows.js";

/** A larger moov must be an error: ten hours of 60 fps video need some 40 MB. */
const MAX_MOOV_SIZE = 64 * 1024 * 1024;

/** A larger moof must be an error: 100,000 samples in a fragment take 1.2 MB. */
export const MAX_MOOF_SIZE = 16 * 1024 * 1024;

/** These boxes are read from their bytes, or not at all. */
const UNREAD_IN_MOOV: ReadonlySet<string> = new Set([...TABLES, ...UNASKED]);
const UNREAD_IN_MOOF: ReadonlySet<string> = new Set([...TRUN, ...UNASKED]);

/**
 * The moov at a position. It names its sample tables without their rows, and the bytes of large
 * tables are not read: see {@link wordsOf}.
 *
 * @throws PackError `input` when it cannot be a moov
 */
export async function parseMoov(
  file: MediaSource,
  span: BoxSpan,
  fileSize: number,
  path: string,
): Promise<ParsedBox> {
  if (span.start + span.size > fileSize) {
    throw new PackError(
      "input",
      `${path}: moov claims ${span.size} bytes at ${span.start}, the file has ${fileSize}.`,
    );
  }
  if (span.size > MAX_MOOV_SIZE) {
    throw new PackError(
      "input",
      `${path}: moov has ${span.size} bytes. Expected at most ${MAX_MOOV_SIZE}.`,
    );
  }
  const bytes = await readMoovBytes(file, span);
  const complaints: string[] = [];
  const [moov] = parseBoxes(
    bytes,
    (message) => complaints.push(message),
    UNREAD_IN_MOOV,
    span.start,
  );
  if (moov === undefined || complaints.length > 0) {
    throw new PackError(
      "input",
      `${path}: moov cannot be parsed (${complaints[0] ?? "empty"}).`,
    );
  }
  return moov;
}

/** At most this many boxes are accepted before the moov. */
const MOST_BEFORE = 32;

/**
 * The moov before the fragments of a file.
 *
 * @returns undefined when there is none
 * @throws PackError `input` when it is damaged
 */
export async function moovBeforeFragments(
  file: MediaSource,
  size: number,
  path: string,
): Promise<ParsedBox | undefined> {
  let left = MOST_BEFORE;
  for await (const span of scanBoxes(file, size)) {
    if (span.type === "moof" || left-- === 0) return undefined;
    if (span.type === "moov") return parseMoov(file, span, size, path);
  }
  return undefined;
}

/**
 * The moof at a position. It names its truns without their rows: see {@link trunRows}.
 *
 * @throws PackError `input` when it cannot be a moof
 */
export async function parseMoof(
  file: MediaSource,
  { start, size }: BoxSpan,
  fileSize: number,
  path: string,
): Promise<ParsedBox> {
  const complaints: string[] = [];
  const isWhole = start + size <= fileSize && size <= MAX_MOOF_SIZE;
  const bytes = isWhole ? await readAt(file, start, size) : new Uint8Array();
  const onError = (text: string) => complaints.push(text);
  const [moof] = parseBoxes(bytes, onError, UNREAD_IN_MOOF, start);
  if (moof !== undefined && complaints.length === 0) return moof;
  const why = complaints[0] ?? `${size} bytes, the file ends at ${fileSize}`;
  throw new PackError(
    "input",
    `${path}: moof at ${start} cannot be read (${why}).`,
    { hint: "The file is cut off or damaged." },
  );
}
