import type { Exchange } from "./exchange.js";
import { isWorthPacking, PACKED, packed, takesGzip, VARY } from "./gzip.js";

/** Header lines, name and value in turn: the form that Node passes on without looking. */
export type HeaderLines = readonly string[];

/** Any page may play what is served: nothing here is behind a login. */
export const CORS: HeaderLines = [
  "Access-Control-Allow-Origin",
  "*",
  "Access-Control-Expose-Headers",
  "Mss-Fragment-Time, Mss-Fragment-Duration, Content-Length, Content-Range, ETag, Date",
];

/** What a browser takes for a page is what we say is one. */
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

/** Tells in one sentence why there is nothing else to send. */
export async function sendSentence(
  exchange: Exchange,
  status: number,
  sentence: string,
  more: HeaderLines = [],
): Promise<void> {
  const headers = [
    ...["Content-Type", "text/plain; charset=utf-8"],
    // A cache in front shall ask again: the package may be there in a second.
    ...["Cache-Control", "no-cache"],
    ...CORS,
    ...more,
  ];
  await sendBytes(exchange, status, headers, Buffer.from(`${sentence}\n`));
}

/** Sends JSON that is true now. */
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
