import {
  askedRange,
  isWeak,
  type RequestedRange,
  failedCondition,
} from "./conditions.js";
import { ERRORS, sendError } from "./error-answers.js";
import {
  type Exchange,
  CORS,
  type HeaderLines,
  sendBytes,
} from "./exchange.js";
import {
  FileChanged,
  isUnchanged,
  type OpenFile,
  type ServedFile,
} from "./open-files.js";
import { type BufferPool, readFully } from "./read-bytes.js";

/** An open file and the buffers for reading it. */
export interface FileReading {
  readonly open: OpenFile;
  readonly pool: BufferPool;
  /** Reads bytes that are not in the file in the form sent; `begin` of such a part is 0. */
  readonly read?: typeof readFully;
}

/** Answers with a part of a file: all of it, a range, only its headers, or a 304. */
export async function sendPart(
  exchange: Exchange,
  part: ServedPart,
  reading: FileReading,
): Promise<void> {
  const { file, size, etag } = part;
  if (await isSettled(exchange, part)) return;
  const validators = { etag, mtimeMs: file.mtimeMs };
  const range = askedRange(exchange.request, size, validators);
  if (range === "unsatisfiable") {
    await sendError(exchange, ERRORS.wrongRange(size));
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
 * Sends bytes of a file, one buffer after another. Sends a buffer only if the file is still the one
 * that the headers describe.
 *
 * @param begin called once the first bytes are there, to send the headers
 * @throws FileChanged before the headers; later the connection is broken
 */
export async function sendFrom(
  exchange: Exchange,
  file: ServedFile,
  places: RequestedRange,
  { open, pool, read = readFully }: FileReading,
  onFirst: () => void,
): Promise<void> {
  let at = places.begin;
  while (at < places.end) {
    const buffer = pool.take(places.end - at);
    const readBytes = Math.min(buffer.length, places.end - at);
    try {
      await read(open, buffer, readBytes, at);
      if (!isUnchanged(open, file)) throw new FileChanged(file.path);
    } catch (error) {
      pool.give(buffer);
      throw error;
    }
    if (at === places.begin) onFirst();
    at += readBytes;
    await putBuffer(exchange, pool, buffer, 0, readBytes, at === places.end);
  }
}

/** Sends a buffer, and gives it back when it is not read from any more. */
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

/** Bytes of a file that have an address. */
export interface ServedPart {
  readonly file: ServedFile;
  readonly begin: number;
  readonly size: number;
  /** With its quotes; it differs whenever the bytes may differ. A weak one has no ranges. */
  readonly etag: string;
  /** Type, Cache-Control and all further headers of the part. */
  readonly headers: HeaderLines;
}

/** Answers a request whose conditions leave nothing to send. @returns whether it did */
export async function isSettled(
  exchange: Exchange,
  part: Pick<ServedPart, "file" | "etag" | "headers">,
): Promise<boolean> {
  const { etag, file } = part;
  const validators = { etag, mtimeMs: file.mtimeMs };
  const status = failedCondition(exchange.request.headers, validators);
  if (status === undefined) return false;
  if (status === 304) sendNotModified(exchange, part);
  else await sendError(exchange, ERRORS.otherVersion);
  return true;
}

/** The client has this version already. RFC 9110 15.4.5 */
function sendNotModified(
  { response }: Exchange,
  part: Pick<ServedPart, "file" | "etag" | "headers">,
): void {
  response.writeHead(304, [
    ...part.headers,
    ...["ETag", part.etag, "Last-Modified", httpDate(part.file)],
    ...CORS,
  ]);
  response.end();
}

/** The header lines of a reply with a part or a range of it, without the length. */
export function headersOf(
  part: Omit<ServedPart, "begin">,
  range?: RequestedRange,
): string[] {
  const lines = [
    ...part.headers,
    ...["ETag", part.etag, "Last-Modified", httpDate(part.file)],
    // A client that continues with a range must get bytes of the same version.
    ...(isWeak(part.etag) ? [] : ["Accept-Ranges", "bytes"]),
    ...CORS,
  ];
  if (range !== undefined) {
    const { begin, end } = range;
    lines.push("Content-Range", `bytes ${begin}-${end - 1}/${part.size}`);
  }
  return lines;
}

export function lengthLine(length: number): [string, string] {
  return ["Content-Length", String(length)];
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

/** Sends bytes in memory that were made of a file: all of them or a range. */
export async function sendBody(
  exchange: Exchange,
  made: Pick<ServedPart, "file" | "etag" | "headers">,
  bytes: Buffer,
): Promise<void> {
  if (await isSettled(exchange, made)) return;
  const { length } = bytes;
  const validators = { etag: made.etag, mtimeMs: made.file.mtimeMs };
  const range = askedRange(exchange.request, length, validators);
  if (range === "unsatisfiable") {
    await sendError(exchange, ERRORS.wrongRange(length));
    return;
  }
  const { begin, end } = range ?? { begin: 0, end: length };
  const lines = headersOf({ ...made, size: length }, range);
  const status = range === undefined ? 200 : 206;
  await sendBytes(exchange, status, lines, bytes.subarray(begin, end));
}
