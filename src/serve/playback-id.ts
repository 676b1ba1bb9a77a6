import type { IncomingMessage } from "node:http";

/** A session id is a UUID; CTA-5004 allows 64 characters. */
const LONGEST = 64;

/**
 * The session id that a player sends with Common Media Client Data: the key
 * `sid` of the header CMCD-Session, or of the query's CMCD. CTA-5004 3.2
 */
export function playbackId(
  { headers }: IncomingMessage,
  query: string | undefined,
): string | undefined {
  const header = headers["cmcd-session"];
  if (typeof header === "string") return sessionId(header);
  const match = query === undefined ? null : /(?:^|&)CMCD=([^&]*)/.exec(query);
  if (match === null) return undefined;
  try {
    return sessionId(decodeURIComponent(match[1] ?? ""));
  } catch {
    return undefined;
  }
}

function sessionId(data: string): string | undefined {
  const match = /(?:^|,)\s*sid="((?:[^"\\]|\\.)*)"/.exec(data);
  const id = match?.[1]?.replace(/\\(.)/g, "$1");
  return id === undefined || id === "" || id.length > LONGEST ? undefined : id;
}
