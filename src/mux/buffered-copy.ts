import { closeSync, openSync, writeSync } from "node:fs";
import { PackError } from "../errors.js";
import type { SyncSource } from "../isobmff/fragment-folder.js";
import { openAtOnce } from "../isobmff/media-source.js";

/**
 * It stays in the core's own cache, and memory does not grow with the film. Linux takes pages for each write that are
 * as large as the write, and keeps up to 32 KB at hand (PAGE_ALLOC_COSTLY_ORDER). Larger ones it has to look for: on a
 * virtual machine that has given free memory back, writes of 64 KB take one to three times as long, from run to run.
 */
export const WRITE_SIZE = 32 * 1024;

/**
 * Writes a run of a file from front to back through one buffer. Synchronously: the sound
 * of a film lies between its pictures in pieces of some hundred bytes, and waiting for a
 * thread for each takes twenty times as long.
 */
export class FileWriter {
  readonly #file: number;
  readonly #buffer: Buffer;
  #filled = 0;
  /** The place of the buffer's bytes in the file. */
  #start: number;

  /**
   * @param file number of an open file
   * @param position of the first byte
   * @param buffer of `WRITE_SIZE` bytes, used by this writer alone until a flush
   */
  constructor(file: number, position: number, buffer: Buffer) {
    this.#file = file;
    this.#start = position;
    this.#buffer = buffer;
  }

  /** The position of the next byte. */
  get position(): number {
    return this.#start + this.#filled;
  }

  write(bytes: Uint8Array): void {
    let taken = 0;
    while (taken < bytes.length) {
      const part = bytes.subarray(taken, taken + this.#room());
      this.#buffer.set(part, this.#filled);
      taken += part.length;
      this.#advance(part.length);
    }
  }

  /**
   * Copies a range of another file.
   *
   * @param change gives other bytes to write, of equal number
   * @throws PackError `input` when the file ends too early
   */
  copy(
    file: SyncSource,
    offset: number,
    length: number,
    window: ReadWindow,
    change = (bytes: Uint8Array) => bytes,
  ): void {
    for (let copied = 0; copied < length;) {
      const bytes = window.read(file, offset + copied, length - copied);
      if (bytes.length === 0) throw tooShort(offset + copied, length - copied);
      this.write(change(bytes));
      copied += bytes.length;
    }
  }

  /** Hands all remaining bytes to the system; the opener of the file flushes the disk. */
  flush(): void {
    let written = 0;
    while (written < this.#filled)
      written += writeSync(
        this.#file,
        this.#buffer,
        written,
        this.#filled - written,
        this.#start + written,
      );
    this.#start += this.#filled;
    this.#filled = 0;
  }

  /** Bytes left up to a multiple of the write size: the system copies whole pages faster. */
  #room(): number {
    return WRITE_SIZE - (this.#start % WRITE_SIZE) - this.#filled;
  }

  #advance(count: number): void {
    this.#filled += count;
    if (this.#room() === 0) this.flush();
  }
}

function tooShort(position: number, missing: number): PackError {
  return new PackError(
    "input",
    `A file to copy from ends at ${position}. Expected ${missing} more bytes of a fragment.`,
    { hint: "It was cut off, or has changed while it was read." },
  );
}

/** The open files and buffers that a thread keeps for all its parts. */
export class CopyFiles {
  readonly window = new ReadWindow();
  readonly #open = new Map<string, number>();
  readonly #sources = new Map<string, SyncSource>();
  readonly #buffers: Buffer[] = [];

  /** A file to write. @throws the error of the system */
  open(path: string): number {
    const file = this.#open.get(path) ?? openSync(path, "r+");
    this.#open.set(path, file);
    return file;
  }

  /** A file to read. @throws the error of the system */
  source(path: string): SyncSource {
    const source = this.#sources.get(path) ?? openAtOnce(path);
    this.#sources.set(path, source);
    return source;
  }

  /** The buffer of the n-th writer of a part. */
  buffer(n: number): Buffer {
    return (this.#buffers[n] ??= Buffer.allocUnsafeSlow(WRITE_SIZE));
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file);
    this.#open.clear();
    for (const source of this.#sources.values()) source.closeSync();
    this.#sources.clear();
  }
}

/** One read stays in the core's own cache until it is copied. */
const WINDOW_SIZE = 256 * 1024;

/**
 * A view of source files that moves forward. The pictures and the sound of a film are
 * interleaved in small pieces: one large read serves all of them.
 */
export class ReadWindow {
  /**
   * Read as much as fits, because the following bytes will be needed too; else read only
   * the requested bytes.
   */
  isDense = true;
  readonly #buffer = Buffer.allocUnsafeSlow(WINDOW_SIZE);
  #file: SyncSource | undefined;
  #start = 0;
  #length = 0;

  /**
   * @returns the beginning of a range, as much as is in the buffer, valid until the next
   * call; less than `least` when the file ends before
   */
  read(
    file: SyncSource,
    offset: number,
    length: number,
    least = 1,
  ): Uint8Array {
    const from = offset - this.#start;
    if (file !== this.#file || from < 0 || from + least > this.#length) {
      this.#move(file, offset, length);
      return this.#buffer.subarray(0, Math.min(length, this.#length));
    }
    return this.#buffer.subarray(from, Math.min(from + length, this.#length));
  }

  #move(file: SyncSource, offset: number, length: number): void {
    const requestedLength = this.isDense
      ? WINDOW_SIZE
      : Math.min(length, WINDOW_SIZE);
    this.#length = file.readSync(this.#buffer, requestedLength, offset);
    this.#file = file;
    this.#start = offset;
  }
}
