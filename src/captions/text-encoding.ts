import { PackError } from "../errors.js";
import { encodingOf } from "../util/xml.js";
import { CaptionError, quote, type Note } from "./cue.js";

/** The default encoding of text that is not UTF-8. */
export const DEFAULT_ENCODING = "windows-1252";

export interface DecodedText {
  readonly text: string;
  readonly encoding: string;
  readonly notes: readonly Note[];
}

/**
 * Decodes text by its byte order mark, else as UTF-8, else in `encoding`. It never guesses an
 * encoding from letters: guesses are wrong for short files.
 *
 * @throws PackError `usage` when the encoding is unknown
 */
export function decodeText(bytes: Uint8Array, encoding?: string): DecodedText {
  const marked = encodingOf(bytes);
  const wide = marked === "utf-8" ? wideWithoutMark(bytes) : marked;
  const decoded =
    wide === undefined
      ? (decodeAs("utf-8", bytes) ?? decodeOther(bytes, encoding))
      : decodeAs(wide, bytes);
  if (decoded === undefined)
    throw new CaptionError(`it is not text in ${(wide ?? "").toUpperCase()}.`);
  // A zero byte belongs to a program or a picture: no caption file has one.
  if (decoded.text.includes("\0"))
    throw new CaptionError("it is not text: it has bytes that are 0.");
  return decoded;
}

function decodeAs(
  encoding: string,
  bytes: Uint8Array,
): DecodedText | undefined {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return { text, encoding, notes: [] };
  } catch {
    return undefined;
  }
}

function decodeOther(
  bytes: Uint8Array,
  requestedEncoding: string | undefined,
): DecodedText {
  const named = requestedEncoding ?? declared(bytes);
  const encoding = named ?? DEFAULT_ENCODING;
  const decoder = decoderOf(encoding, requestedEncoding === undefined);
  const text = asWindows(decoder.decode(bytes), decoder.encoding);
  const what = `it is not UTF-8 and was read as ${encoding}`;
  const notes = named === undefined ? [{ line: 1, what }] : [];
  return { text, encoding, notes };
}

/** windows-1252 at 0x80 to 0x9f; blank where it has no character. */
const WINDOWS = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/** Node.js 20 to 23 decode windows-1252 as Latin-1, which has control characters there. */
function asWindows(text: string, encoding: string): string {
  if (encoding !== "windows-1252") return text;
  return text.replace(/[\x80-\x9f]/g, (sign) =>
    WINDOWS.charAt(sign.charCodeAt(0) - 0x80),
  );
}

interface Decoder {
  /** Its name in the standard, for any of its names. */
  readonly encoding: string;
  decode(bytes: Uint8Array): string;
}

function decoderOf(encoding: string, isDeclared: boolean): Decoder {
  try {
    return new TextDecoder(encoding);
  } catch (cause) {
    if (isDeclared)
      throw new CaptionError(
        `it says that it is written in ${quote(encoding)}, which is not known.`,
        1,
      );
    throw new PackError(
      "usage",
      `The caption encoding "${encoding}" is not known. Expected a name such as windows-1252, iso-8859-2 or shift_jis.`,
      { cause, facts: { encoding } },
    );
  }
}

/** The encoding in the declaration of an XML file. */
function declared(bytes: Uint8Array): string | undefined {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  return /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1];
}

/** UTF-16 of Latin letters, which start every caption file: each second byte is 0. */
function wideWithoutMark(bytes: Uint8Array): string | undefined {
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined;
  const [a, b, c, d] = bytes;
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return "utf-16le";
  return a === 0 && b !== 0 && c === 0 && d !== 0 ? "utf-16be" : undefined;
}
