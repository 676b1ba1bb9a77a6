/** IDs of keys and systems: UUIDs as text, as bytes, and in the order of Microsoft's GUIDs. */

/** 16 bytes in the order of the text; undefined for text that is no UUID. Dashes are optional. RFC 9562 4 */
export function parseUuid(text: string): Uint8Array | undefined {
  if (!UUID.test(text)) return undefined;
  return Uint8Array.from(Buffer.from(text.replaceAll("-", ""), "hex"));
}

const UUID = /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** In lower case, with dashes. */
export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

/** Where each byte of a GUID comes from: its first three fields are little-endian. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** Turns the order of a UUID's text into that of a GUID in memory, and back. */
export function guidOrder(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(GUID_ORDER, (from) => bytes[from] ?? 0);
}

/**
 * Strict base64. White space is ignored, because XML and mail wrap lines.
 *
 * @returns undefined for text that is not base64: Node would skip unknown characters
 */
export function parseBase64(text: string): Buffer | undefined {
  const joined = text.replace(/\s+/g, "");
  if (joined === "" || !BASE64.test(joined)) return undefined;
  const bytes = Buffer.from(joined, "base64");
  return bytes.toString("base64") === joined ? bytes : undefined;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Whether a tenc names this key. Its ID is in the order of a UUID's text, but a maker may have
 * copied that of the header, which is a GUID's.
 */
export function isSameKid(found: Uint8Array, kid: Uint8Array): boolean {
  return [kid, guidOrder(kid)].some(
    (order) => Buffer.compare(found, order) === 0,
  );
}
