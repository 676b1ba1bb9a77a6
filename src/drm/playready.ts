import { PackError } from "../errors.js";
import { concat } from "../isobmff/bytes.js";
import { defectsOf, readHeaderText } from "./read-header.js";
import type { HeaderSettings, Scheme } from "./scheme.js";
import { SYSTEMS } from "./systems.js";
import { checksum, wrmHeader } from "./wrm-header.js";

/** Microsoft PlayReady. */
export const playready: Scheme = {
  ...SYSTEMS.playready,
  header: (settings) =>
    settings.headerData === undefined
      ? playReadyObject(wrmHeader(settings))
      : givenObject(settings.headerData),
  readHeader(text) {
    const header = readHeaderText(text);
    return { ...header, defects: defectsOf(header) };
  },
  checksum,
};

/** The only record that a presentation needs. */
const WRM_HEADER_RECORD = 1;

/** Of the whole object, by Microsoft's word. */
const MOST_BYTES = 15 * 1024;

/**
 * A PlayReady Object of one record: little-endian, the text UTF-16LE without a byte
 * order mark. rx-player and ExoPlayer look for the text at byte 10, so nothing may
 * stand before it. PlayReady Header Specification 2
 *
 * @throws PackError `usage` when it would be too long
 */
export function playReadyObject(header: string): Uint8Array {
  const text = Buffer.from(header, "utf16le");
  const length = 10 + text.length;
  if (length > MOST_BYTES) throw tooLong(length);
  const head = Buffer.alloc(10);
  head.writeUInt32LE(length, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(WRM_HEADER_RECORD, 6);
  head.writeUInt16LE(text.length, 8);
  return concat([head, text]);
}

/** Somebody else's: all of it, and nothing that only looks like one. */
function givenObject(base64: NonNullable<HeaderSettings["headerData"]>) {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  const view = Buffer.from(bytes);
  const told = bytes.length >= 10 ? view.readUInt32LE(0) : undefined;
  if (bytes.length > MOST_BYTES) throw tooLong(bytes.length);
  if (told === bytes.length) return bytes;
  throw new PackError(
    "input",
    `The header that was brought along is no PlayReady Object: it tells of ${told ?? 0} bytes and has ${bytes.length}.`,
  );
}

function tooLong(bytes: number): PackError {
  return new PackError(
    "usage",
    `The PlayReady header has ${bytes} bytes. Expected at most ${MOST_BYTES}.`,
    { hint: "Give shorter addresses or custom attributes." },
  );
}
