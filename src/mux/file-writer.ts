import { readSync, writeSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { PackError } from "../errors.js";

/**
 * The size that copies fastest: it stays in the core's own cache. Memory does
 * not grow with the film.
 */
const BUFFER_SIZE = 256 * 1024;

/** After so many bytes other work gets its turn: signals, the heartbeat. */
const BYTES_A_TURN = 8 * 1024 * 1024;

/** The disk begins on what is written while more is copied, or all would wait at the end for it. */
const FLUSH_EVERY = 64 * 1024 * 1024;

/** Where samples are copied from: an open file, or memory. */
export type ByteSource = FileHandle | Uint8Array;

/**
 * Writes a file from front to back through one buffer, from memory and from
 * other files. Synchronously, with a pause now and then: the sound of a film
 * lies between its pictures in pieces of some hundred bytes, and waiting for a
 * thread for each takes twenty times as long as reading it.
 */
export class FileWriter {
  /** Bytes written so far. */
  position = 0;
  readonly #file: FileHandle;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_SIZE);
  #filled = 0;
  #nextTurn = BYTES_A_TURN;
  #nextFlush = FLUSH_EVERY;
  #flushing: Promise<void> | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Creates the file; fails when something stands there. */
  static async create(path: string): Promise<FileWriter> {
    return new FileWriter(await open(path, "wx"));
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

  /** Copies a range of another file, or of bytes in memory. */
  copy(source: ByteSource, offset: number, length: number): void {
    if (source instanceof Uint8Array)
      return this.write(source.subarray(offset, offset + length));
    let copied = 0;
    while (copied < length) {
      const wanted = Math.min(length - copied, this.#room());
      const read = readSync(
        source.fd,
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

  /** Lets other work have its turn when it is due. Call it between fragments. */
  async turn(): Promise<void> {
    if (this.position < this.#nextTurn) return;
    this.#nextTurn = this.position + BYTES_A_TURN;
    if (this.position >= this.#nextFlush && this.#flushing === undefined) {
      this.#nextFlush = this.position + FLUSH_EVERY;
      this.#flushing = this.#file
        .datasync()
        .catch(() => undefined) // told by the last one, in finish
        .finally(() => (this.#flushing = undefined));
    }
    await setImmediate();
  }

  /** Flushes buffer and disk, so that a rename after it never outruns the bytes. */
  async finish(): Promise<void> {
    this.#empty();
    await this.#flushing;
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#flushing;
    await this.#file.close();
  }

  #room(): number {
    return BUFFER_SIZE - this.#filled;
  }

  #advance(count: number): void {
    this.#filled += count;
    this.position += count;
    if (this.#filled === BUFFER_SIZE) this.#empty();
  }

  #empty(): void {
    let written = 0;
    while (written < this.#filled)
      written += writeSync(
        this.#file.fd,
        this.#buffer,
        written,
        this.#filled - written,
      );
    this.#filled = 0;
  }
}

function tooShort(position: number, missing: number): PackError {
  return new PackError(
    "mux",
    `A file to copy from ends at ${position}. Expected ${missing} more bytes of a fragment.`,
    { hint: "It was cut off, or has changed while it was read." },
  );
}
