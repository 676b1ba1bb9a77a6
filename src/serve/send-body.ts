import { askedRange } from "./conditions.js";
import type { Exchange } from "./exchange.js";
import { sendBytes, sendSentence } from "./reply.js";
import { headersOf, isSettled, type Part } from "./part.js";

/** Sends what was made of a file, and is in memory: all of it or a range. */
export async function sendBody(
  exchange: Exchange,
  made: Pick<Part, "file" | "etag" | "headers">,
  bytes: Buffer,
): Promise<void> {
  if (await isSettled(exchange, made)) return;
  const { length } = bytes;
  const validators = { etag: made.etag, mtimeMs: made.file.mtimeMs };
  const range = askedRange(exchange.request, length, validators);
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
