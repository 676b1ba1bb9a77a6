import type { BufferPool } from "./buffer-pool.js";
import { askedRange, type ByteRange } from "./conditions.js";
import type { Exchange } from "./exchange.js";
import {
  FileChanged,
  isUnchanged,
  type OpenFile,
  type ServedFile,
} from "./open-files.js";
import { readFully } from "./read-bytes.js";
import { headersOf, isSettled, lengthLine, type Part } from "./part.js";
import { sendSentence } from "./reply.js";

/** How a file is read: open, and with buffers. */
export interface Reading {
  readonly open: OpenFile;
  readonly pool: BufferPool;
  /** How bytes are read that do not stand in the file as they are sent; `begin` of such a part is 0. */
  readonly read?: typeof readFully;
}

/** Answers with a part of a file: all of it, a range, its headers alone, or that it is known already. */
export async function sendPart(
  exchange: Exchange,
  part: Part,
  reading: Reading,
): Promise<void> {
  const { file, size, etag } = part;
  if (await isSettled(exchange, part)) return;
  const validators = { etag, mtimeMs: file.mtimeMs };
  const range = askedRange(exchange.request, size, validators);
  if (range === "unsatisfiable") {
    const lines = ["Content-Range", `bytes */${size}`];
    const sentence = `There are ${size} bytes.`;
    await sendSentence(exchange, 416, sentence, lines);
    return;
  }
  const { begin, end } = range ?? { begin: 0, end: size };
  const status = range === undefined ? 200 : 206;
  const lines = [...headersOf(part, range), ...lengthLine(end - begin)];
  if (exchange.isHead || begin === end) {
    exchange.response.writeHead(status, lines);
    exchange.response.end();
    return;
  }
  const places = { begin: part.begin + begin, end: part.begin + end };
  await sendFrom(exchange, file, places, reading, () => {
    exchange.response.writeHead(status, lines);
  });
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
  { open, pool, read = readFully }: Reading,
  onFirst: () => void,
): Promise<void> {
  let at = places.begin;
  while (at < places.end) {
    const buffer = pool.take(places.end - at);
    const wanted = Math.min(buffer.length, places.end - at);
    try {
      await read(open, buffer, wanted, at);
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
