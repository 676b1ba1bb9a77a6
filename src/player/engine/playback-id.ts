/**
 * A new id for one playback, as CMCD wants its session id (CTA-5004: a UUID).
 * `crypto.randomUUID` exists only in secure contexts, and a page of
 * http://192.168.1.5 is none.
 */
export function newPlaybackId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, i) =>
    (i === 6 ? 0x40 | (byte & 0x0f) : i === 8 ? 0x80 | (byte & 0x3f) : byte)
      .toString(16)
      .padStart(2, "0"),
  ).join("");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
