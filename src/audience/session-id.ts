import { LONGEST } from "./fields.js";

/** `sid` is a string item of CMCD (CTA-5004): quoted, with backslashes before quotes. A quote within another item has one too. */
const SID = /(?:^|,)\s*sid="([^"\\]*(?:\\.[^"\\]*)*)"/;

/** The session id in the value of a CMCD-Session header. */
export function sessionIn(cmcd: string | undefined): string | undefined {
  const sid = cmcd && SID.exec(cmcd)?.[1];
  return sid ? sid.slice(0, LONGEST.playback) : undefined;
}

/** The session id in the `CMCD` of a query, of players that cannot send headers. */
export function sessionInQuery(query: string): string | undefined {
  const value = /(?:^|&)CMCD=([^&]*)/.exec(query)?.[1];
  if (value === undefined) return undefined;
  try {
    return sessionIn(decodeURIComponent(value));
  } catch {
    return undefined; // a % that means nothing
  }
}
