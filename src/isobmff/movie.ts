import type { FileHandle } from "node:fs/promises";
import { PackError, messageOf } from "../errors.js";
import { UNASKED } from "./known-boxes.js";
import { readMoovBytes } from "./moov-bytes.js";
import type { ParsedBox } from "./parsed-box.js";
import { type BoxSpan, openFile } from "./scan.js";
import { parseBoxes } from "./source.js";
import { TABLES } from "./table-rows.js";

/** A moov larger than this is a lie or a mistake: ten hours of 60 fps video need some 40 MB. */
const MAX_MOOV_SIZE = 64 * 1024 * 1024;

/** Read from their bytes, or not at all. */
const UNREAD: ReadonlySet<string> = new Set([...TABLES, ...UNASKED]);

/** Opens a file for reading. Throws a PackError `input` when that fails. */
export async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await openFile(path);
  } catch (cause) {
    throw new PackError(
      "input",
      `${path}: cannot be read (${messageOf(cause)}).`,
      { cause },
    );
  }
}

/**
 * The moov at a place. Its sample tables are named only, and the bytes of large
 * ones not read: see {@link wordsOf}.
 *
 * @throws PackError `input` when it cannot be one
 */
export async function parseMoov(
  file: FileHandle,
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
    UNREAD,
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
