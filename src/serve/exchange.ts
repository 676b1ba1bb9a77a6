import type { IncomingMessage, ServerResponse } from "node:http";
import type { LogFacts } from "./log-line.js";
import { isWorthPacking, PACKED, packed, takesGzip, VARY } from "./gzip.js";

/** The client has gone, or was sent away: the reply has no reader. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";
}

/** A request, its reply, and its facts for the log. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly beganMs = performance.now();
  /** Body bytes that the system has taken. */
  sent = 0;
  /** What was asked for, as far as known. */
  facts: LogFacts = {};
  /** The time since which the bytes under way wait for the client. */
  waitingSinceMs = Infinity;
  #onEnd: ((isTaken: boolean) => void) | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
  }

  /** Call it when the reply is closed: it ends the wait for the client to take bytes. */
  close(): void {
    this.#onEnd?.(false);
  }

  get isHead(): boolean {
    return this.request.method === "HEAD";
  }

  /**
   * Hands bytes to the system. Calls `onEnd` once: true if the system has taken them all. If false,
   * the connection is broken and the bytes may still be read from.
   */
  hand(
    bytes: Buffer,
    isLast: boolean,
    onEnd: (isTaken: boolean) => void,
  ): void {
    const end = (isTaken: boolean) => {
      if (this.#onEnd !== end) return;
      this.#onEnd = undefined;
      this.waitingSinceMs = Infinity;
      // Count at once: the reply may be logged before the waiting code goes on.
      if (isTaken) this.sent += bytes.length;
      onEnd(isTaken);
    };
    this.#onEnd = end;
    this.waitingSinceMs = performance.now();
    const done = (error?: Error | null) => end(!error);
    if (isLast) this.response.end(bytes, done);
    else this.response.write(bytes, done);
  }

  /**
   * The same, and waits.
   *
   * @throws ClientGone when the connection breaks
   */
  async put(bytes: Buffer, isLast: boolean): Promise<void> {
    if (this.response.destroyed) throw new ClientGone();
    await new Promise<void>((resolve, reject) => {
      this.hand(bytes, isLast, (isTaken) =>
        isTaken ? resolve() : reject(new ClientGone()),
      );
    });
  }
}

/** Header lines, name and value in turn: Node passes this form on unchecked. */
export type HeaderLines = readonly string[];

/** Any page may play the served films: nothing here is behind a login. */
export const CORS: HeaderLines = [
  "Access-Control-Allow-Origin",
  "*",
  "Access-Control-Expose-Headers",
  "Mss-Fragment-Time, Mss-Fragment-Duration, Content-Length, Content-Range, ETag, Date",
];

/** A browser must take as a page only what we send as one. */
const NOSNIFF: HeaderLines = ["X-Content-Type-Options", "nosniff"];

/** Sends a status, header lines and a body that is in memory. */
export async function sendBytes(
  exchange: Exchange,
  status: number,
  headers: HeaderLines,
  bytes: Buffer,
): Promise<void> {
  const length = ["Content-Length", String(bytes.length)];
  exchange.response.writeHead(status, [...headers, ...length, ...NOSNIFF]);
  if (exchange.isHead || bytes.length === 0) exchange.response.end();
  else await exchange.put(bytes, true);
}

/** Sends JSON of this moment. */
export async function sendJson(
  exchange: Exchange,
  text: string,
): Promise<void> {
  const headers = [
    ...["Content-Type", "application/json; charset=utf-8"],
    ...["Cache-Control", "no-cache"],
    ...VARY,
    ...CORS,
  ];
  const bytes = Buffer.from(text);
  const isPacked =
    isWorthPacking(bytes.length) && takesGzip(exchange.request.headers);
  if (!isPacked) return sendBytes(exchange, 200, headers, bytes);
  const lines = [...headers, ...PACKED];
  await sendBytes(exchange, 200, lines, await packed(bytes));
}
