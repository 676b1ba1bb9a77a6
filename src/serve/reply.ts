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

/** Sends one sentence with the reason for an answer without content. */
export async function sendSentence(
  exchange: Exchange,
  status: number,
  sentence: string,
  more: HeaderLines = [],
): Promise<void> {
  const isPage = wantsPage(exchange);
  const headers = [
    ...["Content-Type", `text/${isPage ? "html" : "plain"}; charset=utf-8`],
    ...["Vary", "Accept"],
    // A cache in front must ask again: the package may be there in a second.
    ...["Cache-Control", "no-cache"],
    ...CORS,
    ...more,
  ];
  const text = isPage ? pageWith(sentence, status) : `${sentence}\n`;
  await sendBytes(exchange, status, headers, Buffer.from(text));
}

/** A browser that opens an address asks for HTML; players, scripts and curl do not. */
function wantsPage({ request }: Exchange): boolean {
  return request.headers.accept?.includes("text/html") ?? false;
}

/** The sentence as a page with a way out. It uses the list's style, and can be read without it. */
function pageWith(sentence: string, status: number): string {
  const title = status === 404 ? "Nothing here" : "This did not work";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} - mss-pack</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/list.css">
</head>
<body>
<header class="bar"><a class="brand" href="/"><img src="/assets/icon.svg" alt="" width="24" height="24">mss-pack</a></header>
<main>
<h1>${title}</h1>
<div class="message"><p>${escaped(sentence)}</p><a class="button" href="/">All packages</a></div>
</main>
<footer class="foot"><span>Status ${status}</span></footer>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
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
