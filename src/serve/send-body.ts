import { askedRange, isNotModified } from "./conditions.js";
import type { Exchange } from "./exchange.js";
import { sendBytes, sendSentence } from "./reply.js";
import { headersOf, sendNotModified, type Part } from "./send-part.js";

/** Sends what was made of a file, and is in memory: all of it or a range. */
export async function sendBody(
  exchange: Exchange,
  made: Pick<Part, "file" | "etag" | "headers">,
  bytes: Buffer,
): Promise<void> {
  const { headers } = exchange.request;
  const validators = { etag: made.etag, mtimeMs: made.file.mtimeMs };
  if (isNotModified(headers, validators)) {
    sendNotModified(exchange, made);
    return;
  }
  const { length } = bytes;
  const range = askedRange(headers, length, validators);
  if (range === "unsatisfiable") {
    const lines = ["Content-Range", `bytes */${length}`];
    await sendSentence(exchange, 416, `There are ${length} bytes.`, lines);
    return;
  }
  const { begin, end } = range ?? { begin: 0, end: length };
  const lines = headersOf({ ...made, size: length }, range);
  const status = range === undefined ? 200 : 206;
  await sendBytes(exchange, status, lines, bytes.subarray(begin, end));
}
