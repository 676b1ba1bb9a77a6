import type { IncomingMessage } from "node:http";
import { sessionId, sessionIdInQuery } from "../cmcd.js";

/** What tells the requests of one playback: the player's session id, from its header or from the query. */
export function playbackId(
  { headers }: IncomingMessage,
  query: string | undefined,
): string | undefined {
  const header = headers["cmcd-session"];
  if (typeof header === "string") return sessionId(header);
  return query === undefined ? undefined : sessionIdInQuery(query);
}
