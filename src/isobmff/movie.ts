import type { FileHandle } from "node:fs/promises";
import { PackError, messageOf } from "../errors.js";
import { type BoxSpan, openFile, readAt, scanBoxes } from "./scan.js";
import type { ParsedBox } from "./parsed-box.js";
import { parseBoxes } from "./source.js";
import { TABLES } from "./table-rows.js";

/** A moov larger than this is a lie or a mistake: ten hours of 60 fps video need some 40 MB. */
const MAX_MOOV_SIZE = 64 * 1024 * 1024;

/**
 * Reads the moov box of a file, wherever it stands; the media is not read. Of
 * its sample tables only the bytes are kept, for {@link readMovieTracks}.
 *
 * @throws PackError `input` when the file cannot be read or has no whole moov
 */
export async function readMoov(path: string): Promise<ParsedBox> {
  const file = await openForReading(path);
  try {
    const { size } = await file.stat();
    for await (const span of scanBoxes(file, size)) {
      if (span.type === "moov") return await parseMoov(file, span, size, path);
    }
  } finally {
    await file.close();
  }
  throw new PackError("input", `${path}: no moov box found.`, {
    hint: "The file is cut off or is not an MP4.",
  });
}

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

/** The moov at a place; its sample tables stay bytes. */
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
  const bytes = await readAt(file, span.start, span.size);
  const complaints: string[] = [];
  const [moov] = parseBoxes(
    bytes,
    (message) => complaints.push(message),
    TABLES,
  );
  if (moov === undefined || complaints.length > 0) {
    throw new PackError(
      "input",
      `${path}: moov cannot be parsed (${complaints[0] ?? "empty"}).`,
    );
  }
  return moov;
}
