import type { Exchange } from "./exchange.js";
import { isWorthPacking, PACKED, packed, takesGzip, VARY } from "./gzip.js";

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
