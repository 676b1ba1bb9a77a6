import { parseBase64, parseUuid } from "../kid.js";

/**
 * A key as text: 32 hexadecimal digits, or 16 bytes in base64.
 *
 * @returns undefined for anything else
 */
export function parseKey(text: string): Buffer | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-f]{32}$/i.test(trimmed)) return Buffer.from(trimmed, "hex");
  const bytes = parseBase64(trimmed);
  return bytes?.length === 16 ? bytes : undefined;
}

/** What was found in the place of a key, without a word of it. */
export function keyFound(text: string): string {
  const { length } = text.trim();
  return length === 0 ? "nothing" : `${length} characters`;
}

export const KEY_EXPECTED = "32 hexadecimal digits, or 16 bytes in base64";

/** What a document says, for a message: strangers' may be as long as they like. */
export function quoted(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}...`;
}

/** A KID as people write it, also in braces. @returns undefined for what is no UUID */
export function parseKid(text: string): Uint8Array | undefined {
  return parseUuid(text.trim().replace(/^\{(.*)\}$/, "$1"));
}
