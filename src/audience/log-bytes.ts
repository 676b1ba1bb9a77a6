import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";

const CHUNK_BYTES = 262_144;

/** Chunks share one buffer: use each before you ask for the next. */
type Chunks = AsyncIterable<Uint8Array>;

/** The bytes of a file, unpacked if they are gzip's. */
export function fileBytes(path: string): Chunks {
  return unpacked(readFile(path));
}

async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Unpacks bytes that begin as gzip does (RFC 1952 2.3.1), under any file name. */
export async function* unpacked(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let first: Uint8Array = new Uint8Array();
  // A pipe may bring a byte at a time.
  while (first.length < GZIP.length) {
    const next = await iterator.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  const all = afterFirst(first, iterator);
  yield* GZIP.every((byte, i) => first[i] === byte) ? gunzip(all) : all;
}

const GZIP = [0x1f, 0x8b];

async function* afterFirst(
  first: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Packed bytes at a time. Their unpacked form, at most a thousand times as large, is in memory at once. */
const PACKED_BYTES = 16_384;

/** Yields all bytes that can be unpacked before it throws. */
async function* gunzip(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const ready: Uint8Array[] = [];
  let failure: Error | undefined;
  gunzip.on("data", (bytes: Uint8Array) => ready.push(bytes));
  gunzip.on("error", (error) => (failure = error));
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += PACKED_BYTES) {
        const packed = chunk.subarray(at, at + PACKED_BYTES);
        await new Promise((done) => gunzip.write(packed, done));
        yield* ready.splice(0);
        if (failure !== undefined) throw failure;
      }
    }
    const closed = new Promise((done) => gunzip.once("close", done));
    gunzip.end();
    await closed;
    yield* ready.splice(0);
    if (failure !== undefined) throw failure;
  } finally {
    gunzip.destroy();
  }
}

/** No line of an access log is longer: servers take addresses and headers of 32 kB at most. */
export const LONGEST_LINE = 65_536;

const LINE_FEED = 0x0a;

/** Cuts bytes into lines, and never holds more than {@link LONGEST_LINE} of one. */
export class LineSplitter {
  /** Lines that were too long and are left out. */
  tooLong = 0;
  /** The begin of a line without its end. */
  #rest = Buffer.alloc(0);
  /** The present line is too long already. */
  #isSkipping = false;

  /** The lines that end in these bytes, without empty ones. Does not keep the bytes. */
  push(bytes: Uint8Array): string[] {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const lines: string[] = [];
    let begin = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, begin);
      if (end < 0) break;
      this.#end(chunk.subarray(begin, end), lines);
      begin = end + 1;
    }
    this.#keep(chunk.subarray(begin));
    return lines;
  }

  /** The last line, when no line feed ends it. */
  finish(): string[] {
    const lines: string[] = [];
    if (this.#rest.length > 0 || this.#isSkipping)
      this.#end(Buffer.alloc(0), lines);
    return lines;
  }

  #end(tail: Buffer, lines: string[]): void {
    const isLong = this.#rest.length + tail.length > LONGEST_LINE;
    if (this.#isSkipping || isLong) {
      this.tooLong += 1;
    } else {
      const line =
        this.#rest.length > 0 ? Buffer.concat([this.#rest, tail]) : tail;
      const text = line.toString("utf8").trim();
      if (text !== "") lines.push(text);
    }
    this.#rest = Buffer.alloc(0);
    this.#isSkipping = false;
  }

  #keep(begin: Buffer): void {
    if (this.#isSkipping || begin.length === 0) return;
    this.#isSkipping = this.#rest.length + begin.length > LONGEST_LINE;
    this.#rest = this.#isSkipping
      ? Buffer.alloc(0)
      : Buffer.concat([this.#rest, begin]);
  }
}
