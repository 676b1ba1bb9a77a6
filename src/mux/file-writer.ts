import { open, type FileHandle } from "node:fs/promises";
import { PackError } from "../errors.js";

/**
 * The size that copies fastest: it stays in the core's own cache. Memory does
 * not grow with the film.
 */
const BUFFER_SIZE = 256 * 1024;

/** Writes a file from front to back through one buffer, from memory and from other files. */
export class FileWriter {
  /** Bytes written so far. */
  position = 0;
  readonly #file: FileHandle;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_SIZE);
  #filled = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Creates the file; fails when something stands there. */
  static async create(path: string): Promise<FileWriter> {
    return new FileWriter(await open(path, "wx"));
  }

  async write(bytes: Uint8Array): Promise<void> {
    let taken = 0;
    while (taken < bytes.length) {
      const part = bytes.subarray(taken, taken + (BUFFER_SIZE - this.#filled));
      this.#buffer.set(part, this.#filled);
      taken += part.length;
      await this.#advance(part.length);
    }
  }

  /** Copies a range of another file. */
  async copy(
    source: FileHandle,
    offset: number,
    length: number,
  ): Promise<void> {
    let copied = 0;
    while (copied < length) {
      const wanted = Math.min(length - copied, BUFFER_SIZE - this.#filled);
      const { bytesRead } = await source.read(
        this.#buffer,
        this.#filled,
        wanted,
        offset + copied,
      );
      if (bytesRead === 0) {
        throw new PackError(
          "mux",
          `Encoded file ends at ${offset + copied}. Expected ${length - copied} more bytes of a fragment.`,
        );
      }
      copied += bytesRead;
      await this.#advance(bytesRead);
    }
  }

  /** Flushes buffer and disk, so that a rename after it never outruns the bytes. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #advance(count: number): Promise<void> {
    this.#filled += count;
    this.position += count;
    if (this.#filled === BUFFER_SIZE) await this.#flush();
  }

  async #flush(): Promise<void> {
    let written = 0;
    while (written < this.#filled) {
      const { bytesWritten } = await this.#file.write(
        this.#buffer,
        written,
        this.#filled - written,
      );
      written += bytesWritten;
    }
    this.#filled = 0;
  }
}
