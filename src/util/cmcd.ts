/** A session id is a UUID; CTA-5004 allows 64 characters. */
const LONGEST = 64;

/**
 * `sid` is a quoted string, with a backslash before each inner quote; so a quote inside another
 * key's text has one too.
 */
const SID = /(?:^|,)\s*sid="([^"\\]*(?:\\.[^"\\]*)*)"/;

/**
 * The session id that a player sends with Common Media Client Data: the key
 * `sid` of the header CMCD-Session. CTA-5004 3.2
 */
export function sessionId(data: string): string | undefined {
  const id = SID.exec(data)?.[1]?.replace(/\\(.)/g, "$1");
  return id === undefined || id === "" || id.length > LONGEST ? undefined : id;
}

/** The session id of players that cannot send headers: the `CMCD` of the query. */
export function sessionIdInQuery(query: string): string | undefined {
  const data = /(?:^|&)CMCD=([^&]*)/.exec(query)?.[1];
  if (data === undefined) return undefined;
  try {
    return sessionId(decodeURIComponent(data));
  } catch {
    return undefined; // a % that is no escape
  }
}
