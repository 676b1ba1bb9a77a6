import { readSync, writeSync } from "node:fs";
import { PackError } from "../errors.js";
import { ReadWindow } from "./read-window.js";

/**
 * The size that copies fastest: it stays in the core's own cache. Memory does
 * not grow with the film.
 */
const BUFFER_SIZE = 256 * 1024;

/** Where samples are copied from: an open file by its number, or memory. */
export type ByteSource = number | Uint8Array;

/**
 * Writes a run of a file from front to back through one buffer, from memory and
 * from other files. Synchronously: the sound of a film lies between its pictures
 * in pieces of some hundred bytes, and waiting for a thread for each takes twenty
 * times as long as reading it.
 */
export class FileWriter {
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_SIZE);
  #filled = 0;
  /** Where the buffer's bytes belong. */
  #start: number;

  /**
   * @param file number of an open file
   * @param position where the first byte is written
   */
  constructor(file: number, position = 0) {
    this.#file = file;
    this.#start = position;
  }

  /** Where the next byte is written. */
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
   * Copies a range of another file, or of bytes in memory.
   *
   * @param window for a small piece among others
   * @throws PackError `mux` when the file ends before
   */
  copy(
    source: ByteSource,
    offset: number,
    length: number,
    window?: ReadWindow,
  ): void {
    if (source instanceof Uint8Array)
      return this.write(source.subarray(offset, offset + length));
    if (window !== undefined && length <= ReadWindow.size) {
      const bytes = window.read(source, offset, length);
      if (bytes.length < length)
        throw tooShort(offset + bytes.length, length - bytes.length);
      return this.write(bytes);
    }
    let copied = 0;
    while (copied < length) {
      const wanted = Math.min(length - copied, this.#room());
      const read = readSync(
        source,
        this.#buffer,
        this.#filled,
        wanted,
        offset + copied,
      );
      if (read === 0) throw tooShort(offset + copied, length - copied);
      copied += read;
      this.#advance(read);
    }
  }

  /** Hands all that is left to the system; the disk is flushed by whoever opened the file. */
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

  /** Up to where a write ends on a multiple of the buffer's size: the system copies whole pages faster. */
  #room(): number {
    return BUFFER_SIZE - (this.#start % BUFFER_SIZE) - this.#filled;
  }

  #advance(count: number): void {
    this.#filled += count;
    if (this.#room() === 0) this.flush();
  }
}

function tooShort(position: number, missing: number): PackError {
  return new PackError(
    "mux",
    `A file to copy from ends at ${position}. Expected ${missing} more bytes of a fragment.`,
    { hint: "It was cut off, or has changed while it was read." },
  );
}
