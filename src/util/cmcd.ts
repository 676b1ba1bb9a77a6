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

/** `bs` is a key without a value. What is between quotes is the text of another key. */
const QUOTED = /"(?:[^"\\]|\\.)*"/g;
const BS = /(?:^|,)\s*bs\s*(?:,|$)/;

/**
 * Did the player run out of media between its last request and this one? The key `bs` of the
 * header CMCD-Status. CTA-5004 3.2
 */
export function isStarved(data: string): boolean {
  return BS.test(data.replace(QUOTED, ""));
}

/** The session id of players that cannot send headers: the `CMCD` of the query. */
export function sessionIdInQuery(query: string): string | undefined {
  const data = cmcdInQuery(query);
  return data === undefined ? undefined : sessionId(data);
}

/** The same as {@link isStarved}; undefined when the query has no CMCD. */
export function isStarvedInQuery(query: string): boolean | undefined {
  const data = cmcdInQuery(query);
  return data === undefined ? undefined : isStarved(data);
}

function cmcdInQuery(query: string): string | undefined {
  const data = /(?:^|&)CMCD=([^&]*)/.exec(query)?.[1];
  if (data === undefined) return undefined;
  try {
    return decodeURIComponent(data);
  } catch {
    return undefined; // a % that is no escape
  }
}
