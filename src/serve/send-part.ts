import type { BufferPool } from "./buffer-pool.js";
import { askedRange, isNotModified, type ByteRange } from "./conditions.js";
import type { Exchange } from "./exchange.js";
import {
  FileChanged,
  isUnchanged,
  type OpenFile,
  type ServedFile,
} from "./open-files.js";
import { readFully } from "./read-bytes.js";
import { CORS, sendSentence, type HeaderLines } from "./reply.js";

/** Bytes of a file that have an address. */
export interface Part {
  readonly file: ServedFile;
  readonly begin: number;
  readonly size: number;
  /** Strong, with its quotes; another whenever the bytes may be others. */
  readonly etag: string;
  /** Type, Cache-Control and whatever belongs to it. */
  readonly headers: HeaderLines;
}

/** How a file is read: open, and with buffers. */
export interface Reading {
  readonly open: OpenFile;
  readonly pool: BufferPool;
}

/** Answers with a part of a file: all of it, a range, its headers alone, or that it is known already. */
export async function sendPart(
  exchange: Exchange,
  part: Part,
  reading: Reading,
): Promise<void> {
  const { file, size, etag } = part;
  const { headers } = exchange.request;
  const validators = { etag, mtimeMs: file.mtimeMs };
  if (isNotModified(headers, validators)) {
    sendNotModified(exchange, part);
    return;
  }
  const range = askedRange(headers, size, validators);
  if (range === "unsatisfiable") {
    const lines = ["Content-Range", `bytes */${size}`];
    const sentence = `There are ${size} bytes.`;
    await sendSentence(exchange, 416, sentence, lines);
    return;
  }
  await exchange.turn();
  const { begin, end } = range ?? { begin: 0, end: size };
  const status = range === undefined ? 200 : 206;
  if (exchange.isHead || begin === end) {
    exchange.response.writeHead(status, headersOf(part, end - begin, range));
    exchange.response.end();
    return;
  }
  const places = { begin: part.begin + begin, end: part.begin + end };
  await sendFrom(exchange, file, places, reading, () => {
    exchange.response.writeHead(status, headersOf(part, end - begin, range));
  });
}

/** The client has it already. RFC 9110 15.4.5 */
export function sendNotModified(
  { response }: Exchange,
  part: Pick<Part, "file" | "etag" | "headers">,
): void {
  response.writeHead(304, [
    ...part.headers,
    ...["ETag", part.etag, "Last-Modified", httpDate(part.file)],
    ...CORS,
  ]);
  response.end();
}

/** All header lines of a reply with so many bytes of a part. */
export function headersOf(
  part: Omit<Part, "begin">,
  length: number,
  range?: ByteRange,
): string[] {
  const lines = [
    ...part.headers,
    ...["ETag", part.etag, "Last-Modified", httpDate(part.file)],
    ...["Content-Length", String(length), "Accept-Ranges", "bytes"],
    ...CORS,
  ];
  if (range !== undefined) {
    const { begin, end } = range;
    lines.push("Content-Range", `bytes ${begin}-${end - 1}/${part.size}`);
  }
  return lines;
}

const dates = new WeakMap<ServedFile, string>();

function httpDate(file: ServedFile): string {
  let text = dates.get(file);
  if (text === undefined) {
    text = new Date(file.mtimeMs).toUTCString();
    dates.set(file, text);
  }
  return text;
}

/**
 * Sends bytes of a file, one buffer after another, never more than one at a
 * time. What was read is sent only if the file is still the one that the headers
 * speak of.
 *
 * @param begin called once the first bytes are there, to send the headers
 * @throws FileChanged before the headers; later the connection is broken off
 */
export async function sendFrom(
  exchange: Exchange,
  file: ServedFile,
  places: ByteRange,
  { open, pool }: Reading,
  onFirst: () => void,
): Promise<void> {
  let at = places.begin;
  while (at < places.end) {
    const buffer = pool.take(places.end - at);
    const wanted = Math.min(buffer.length, places.end - at);
    try {
      await readFully(open, buffer, wanted, at);
      if (!isUnchanged(open, file)) throw new FileChanged(file.path);
    } catch (error) {
      pool.give(buffer);
      throw error;
    }
    if (at === places.begin) onFirst();
    at += wanted;
    await putBuffer(exchange, pool, buffer, 0, wanted, at === places.end);
  }
}

/** Sends what is in a buffer, and gives the buffer back when nobody reads from it any more. */
export async function putBuffer(
  exchange: Exchange,
  pool: BufferPool,
  buffer: Buffer,
  begin: number,
  end: number,
  isLast: boolean,
): Promise<void> {
  try {
    await exchange.put(buffer.subarray(begin, end), isLast);
  } catch (error) {
    pool.lose(buffer);
    throw error;
  }
  pool.give(buffer);
}
